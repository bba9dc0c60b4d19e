"""The whole language of `/collab` as one table: under each command the lines that mean it, as people type them.

`line => KEY | the rest` says what is taken from it; without an arrow there is no key and no rest. A command that is not
here in both languages fails the test.
"""

LINES = {
    "slack.help": """
        (nothing)
        help
        ?
        help purchase => | purchase
        ヘルプ
        使い方
        ヘルプ　稟議 => | 稟議
    """,
    "inbox.me": """
        me
        ＭＥ
        inbox
        me.
        要対応
        自分
        「要対応」
    """,
    "joint.show": """
        joint
        joint with it => | with it
        joint sales => | sales
        sides
        部門間
        両側
        食い違い
        部門間　it => | it
    """,
    "people.lang": """
        lang ja => | ja
        language english => | english
        言語　英語 => | 英語
        ことば 日本語 => | 日本語
    """,
    "people.link": """
        link
        connect
        連携
    """,
    "people.away": """
        away
        away until 2026-12-28 => | until 2026-12-28
        away until 28 Dec deputy <@U1|kenji> => | until 28 Dec deputy <@U1|kenji>
        不在
        不在 12月28日まで 代理 @健二 => | 12月28日まで 代理 @健二
        休暇 金曜まで => | 金曜まで
    """,
    "people.back": """
        back
        back for @ceo => | for @ceo
        復帰
        復帰します
        復帰しました
        戻りました
    """,
    "nudge.daily": """
        nudge at 08:30 => | at 08:30
        reminder off => | off
        確認のお願い 8:30 => | 8:30
        リマインド オフ => | オフ
    """,
    "nudge.quiet": """
        quiet 20:00-08:00 => | 20:00-08:00
        dnd off => | off
        おやすみ 20:00-8:00 => | 20:00-8:00
        静かな時間 20:00-8:00 => | 20:00-8:00
    """,
    "digest.choose": """
        digest
        digest preview => | preview
        digest at mon 09:00 => | at mon 09:00
        digest off => | off
        週次まとめ
        週次まとめ オフ => | オフ
        まとめ 月曜 9時 => | 月曜 9時
    """,
    "channel.settings": """
        channel
        チャンネル
    """,
    "subject.follow.kind": """
        follow goals => | goals
        フォロー 目標 => | 目標
    """,
    "subject.mute.kind": """
        mute goals => | goals
        mute tasks here => | tasks here
        通知停止 目標 => | 目標
    """,
    "subject.unfollow.kind": """
        unfollow goals => | goals
        フォロー解除 目標 => | 目標
    """,
    "purchase.new": """
        purchase new
        purchase new Camera for shop 3 => | Camera for shop 3
        new purchase Camera => | Camera
        purchase file
        申請 新規 接客カメラ => | 接客カメラ
        購買稟議　起案
        稟議を作成
        新規 稟議 接客カメラ => | 接客カメラ
    """,
    "purchase.list": """
        purchase list
        list purchases
        purchases ls
        申請 一覧
        稟議一覧
        購買稟議の一覧
        一覧 稟議
    """,
    "purchase.show": """
        purchase show PR-1 => PR-1
        show pr-1 => PR-1
        show request PR-1 => PR-1
        PR-12 => PR-12
        purchase PR-12 => PR-12
        表示 ＰＲ－１２ => PR-12
        稟議 PR-1 => PR-1
        PR-1を表示 => PR-1
        PR-1を表示してください => PR-1
    """,
    "purchase.withdraw": """
        purchase withdraw PR-1 => PR-1
        withdraw PR-1 => PR-1
        引き戻し PR-1 => PR-1
        引戻 PR-1 => PR-1
        PR-1を引き戻します => PR-1
        ひきもどし PR-1 => PR-1
    """,
    "purchase.drop": """
        drop PR-1 => PR-1
        give-up PR-1 => PR-1
        取り下げ PR-1 => PR-1
        取下げ PR-1 => PR-1
        PR-1を取り下げます => PR-1
    """,
    "purchase.copy": """
        copy PR-1 => PR-1
        複写起案 PR-1 => PR-1
        PR-1 の 複写 => PR-1
    """,
    "purchase.share": """
        share PR-1 @kenji what do you think? => PR-1 | @kenji what do you think?
        根回し PR-1 @健二 => PR-1 | @健二
        事前共有 PR-1 => PR-1
    """,
    "purchase.ordered": """
        purchase ordered PR-1 PO-77 => PR-1 | PO-77
        発注済み PR-1 => PR-1
        PR-1を発注しました PO-77 => PR-1 | PO-77
    """,
    "purchase.amend": """
        amend PR-1 => PR-1
        変更稟議 PR-1 => PR-1
    """,
    "approval.approve": """
        purchase approve PR-1 => PR-1
        purchase approve PR-1 fine by me => PR-1 | fine by me
        approve PR-1 => PR-1
        approve request PR-1 => PR-1
        Approve PR-1. => PR-1
        approve PR-1, fine by me => PR-1 | fine by me
        approve: PR-1 => PR-1
        ok PR-1 => PR-1
        decide PR-1 => PR-1
        PR-1 approve => PR-1
        please approve PR-1 => PR-1
        approve PR-1 please => PR-1
        /collab approve PR-1 => PR-1
        `approve PR-1` => PR-1
        “approve PR-1” => PR-1
        "approve" PR-1 => PR-1
        ａｐｐｒｏｖｅ　ＰＲ－１ => PR-1
        approve pr‑1 => PR-1
        approve PR-1 👍 => PR-1 | 👍
        approve PR-1 <@U1|kenji> agreed => PR-1 | <@U1|kenji> agreed
        approve PR-1 see <#C1|general> => PR-1 | see <#C1|general>
        購買稟議 承認 PR-1 => PR-1
        稟議 PR-1 承認 => PR-1
        PR-1 稟議 承認 => PR-1
        承認 稟議 PR-1 => PR-1
        承認　PR-1　問題ありません　よろしく => PR-1 | 問題ありません　よろしく
        PR-1 承認 => PR-1
        PR-1承認 => PR-1
        承認PR-1 => PR-1
        PR-1を承認 => PR-1
        PR-1 を 承認 => PR-1
        PR-1の承認 => PR-1
        ＰＲ－１を承認　了解 => PR-1 | 了解
        PR-1を承認します => PR-1
        PR-1を承認してください。 => PR-1
        PR-1 承認 お願いします => PR-1
        承認をお願いいたします PR-1 => PR-1
        PR-1を承認します、問題ありません => PR-1 | 問題ありません
        「承認」PR-1 => PR-1
        「PR-1 承認」 => PR-1
        決裁 PR-1 => PR-1
        PR-1を決裁します => PR-1
        審査 PR-1 問題なし => PR-1 | 問題なし
    """,
    "approval.return": """
        purchase return PR-1 too expensive => PR-1 | too expensive
        return PR-1 too expensive => PR-1 | too expensive
        return PR-1 - too expensive => PR-1 | too expensive
        return PR-1: too expensive => PR-1 | too expensive
        return PR-1 "too expensive" => PR-1 | "too expensive"
        return PR-1 Say  it   as Typed => PR-1 | Say  it   as Typed
        send-back PR-1 why => PR-1 | why
        差し戻し PR-1 見積が古い => PR-1 | 見積が古い
        差戻し PR-1 見積が古い => PR-1 | 見積が古い
        差戻 PR-1 見積が古い => PR-1 | 見積が古い
        差し戻 PR-1 見積が古い => PR-1 | 見積が古い
        さしもどし PR-1 => PR-1
        PR-1 の 差戻 => PR-1
        PR-1を差し戻してください 見積が古い => PR-1 | 見積が古い
        PR-1を差し戻します、見積が古い => PR-1 | 見積が古い
        PR-1 差し戻しをお願いします => PR-1
    """,
    "approval.reject": """
        reject PR-1 no => PR-1 | no
        稟議 却下 PR-1 目的が違う => PR-1 | 目的が違う
        否認 PR-1 目的が違う => PR-1 | 目的が違う
        否決 PR-1 目的が違う => PR-1 | 目的が違う
        PR-1を却下します 目的が違う => PR-1 | 目的が違う
    """,
    "approval.consult": """
        consult PR-1 disagree too long => PR-1 | disagree too long
        合議 PR-1 同意 => PR-1 | 同意
    """,
    "approval.agree": """
        agree PR-1 => PR-1
        同意 PR-1 => PR-1
        PR-1に同意します => PR-1
    """,
    "approval.disagree": """
        disagree PR-1 too long => PR-1 | too long
        PR-1 不同意 契約が長い => PR-1 | 契約が長い
        PR-1に反対です 契約が長い => PR-1 | 契約が長い
    """,
    "approval.opinion": """
        opinion PR-1 too long => PR-1 | too long
        意見 PR-1 契約が長い => PR-1 | 契約が長い
        意見付き PR-1 契約が長い => PR-1 | 契約が長い
    """,
    "approval.ask": """
        question PR-1 @kenji is it enough? => PR-1 | @kenji is it enough?
        相談 PR-1 @健二 足りますか？ => PR-1 | @健二 足りますか？
    """,
    "approval.advocate": """
        advocate PR-1 worse => PR-1 | worse
        お客様視点 PR-1 悪くなる => PR-1 | 悪くなる
    """,
    "approval.circulate": """
        circulate PR-1 @kenji => PR-1 | @kenji
        回覧 PR-1 @健二 => PR-1 | @健二
    """,
    "approval.read": """
        read PR-1 => PR-1
        後閲 PR-1 => PR-1
        PR-1 読了 => PR-1
    """,
    "approval.hold": """
        hold PR-1 2026-12-05 waiting for the quote => PR-1 | 2026-12-05 waiting for the quote
        保留 PR-1 2026-12-05 見積待ち => PR-1 | 2026-12-05 見積待ち
        稟議 保留 PR-1 => PR-1
    """,
    "approval.release": """
        release PR-1 => PR-1
        保留解除 PR-1 => PR-1
        PR-1 再開 => PR-1
    """,
    "approval.lift": """
        lift PR-1 => PR-1
        引上げ PR-1 => PR-1
        引き上げ PR-1 => PR-1
        引上 PR-1 => PR-1
    """,
    "approval.add_step": """
        addstep PR-1 legal => PR-1 | legal
        追加 PR-1 => PR-1
    """,
    "approval.undo": """
        undo PR-1 => PR-1
        取消 PR-1 => PR-1
        取り消し PR-1 => PR-1
        PR-1を承認取消 => PR-1
    """,
    "approval.revoke": """
        revoke PR-1 by mistake => PR-1 | by mistake
        決裁取消 PR-1 誤り => PR-1 | 誤り
    """,
    "approval.ask_to_revoke": """
        ask-to-revoke PR-1 wrong vendor => PR-1 | wrong vendor
        取消依頼 PR-1 取引先が違う => PR-1 | 取引先が違う
    """,
    "approval.meet": """
        met PR-1 2 signed => PR-1 | 2 signed
        条件充足 PR-1 2 => PR-1 | 2
    """,
    "approval.waive": """
        waive PR-1 1 not needed => PR-1 | 1 not needed
        条件免除 PR-1 不要 => PR-1 | 不要
    """,
    "thread.comment": """
        comment PR-1 looks good => PR-1 | looks good
        reply T-1 on it => T-1 | on it
        コメント PR-1 よさそうです => PR-1 | よさそうです
    """,
    "escalation.escalate": """
        escalate T-1 no answer => T-1 | no answer
        task escalate T-1 no answer => T-1 | no answer
        エスカレーション T-12 返事がない => T-12 | 返事がない
        T-1 エスカレ 返事がない => T-1 | 返事がない
    """,
    "goal.lists": """
        goal list
        list goals
        目標 一覧
        目標一覧
        ゴールの一覧
    """,
    "goal.show": """
        goal show G-1 => G-1
        G-1 => G-1
        show goal G-1 => G-1
        目標 表示 G-1 => G-1
        目標 G-1 => G-1
    """,
    "goal.new": """
        goal new Repeat buyers => | Repeat buyers
        new goal Repeat buyers => | Repeat buyers
        目標 新規 再来店 => | 再来店
        目標を設定
    """,
    "goal.accept": """
        goal accept G-1 we staff it => G-1 | we staff it
        accept G-1 we staff it => G-1 | we staff it
        目標 承諾 G-1 人員を確保 => G-1 | 人員を確保
        G-1を承諾します 人員を確保 => G-1 | 人員を確保
    """,
    "goal.decline": """
        goal decline G-1 not ours => G-1 | not ours
        目標 辞退 G-1 担当外 => G-1 | 担当外
    """,
    "goal.activate": """
        goal activate G-1 => G-1
        目標 開始 G-1 => G-1
    """,
    "goal.pause": """
        goal pause G-1 reorganisation => G-1 | reorganisation
        目標 休止 G-1 組織変更 => G-1 | 組織変更
    """,
    "goal.resume": """
        goal resume G-1 => G-1
        resume G-1 => G-1
        G-1 再開 => G-1
    """,
    "goal.close": """
        goal close G-1 achieved ask earlier => G-1 | achieved ask earlier
        目標 終了 G-1 達成 早めに相談 => G-1 | 達成 早めに相談
    """,
    "goal.checkin.command": """
        goal checkin
        goal checkin G-1 4.2 80% on course => | G-1 4.2 80% on course
        目標 進捗確認
        目標 進捗 G-1 4.2 80% 順調 => | G-1 4.2 80% 順調
    """,
    "goal.checkin.keyed": """
        checkin G-1 4.2 80% on course => G-1 | 4.2 80% on course
        G-1 checkin 4.2 => G-1 | 4.2
        G-1の進捗確認 4.2 80% => G-1 | 4.2 80%
        進捗 G-1 4.2 => G-1 | 4.2
    """,
    "goal.checkin.alone": """
        checkin
        進捗確認
        チェックイン
    """,
    "task.new": """
        ask @sales photos of the shelves by friday => | @sales photos of the shelves by friday
        依頼 @営業部 棚の写真 金曜まで => | @営業部 棚の写真 金曜まで
        お願いします @営業部 棚の写真 => | @営業部 棚の写真
        依頼　＠営業部　棚の写真、金曜まで => | ＠営業部　棚の写真、金曜まで
    """,
    "task.new_noun": """
        task new @sales photos => | @sales photos
        new task @sales photos => | @sales photos
        依頼 新規 @営業部 棚の写真 => | @営業部 棚の写真
    """,
    "task.lists": """
        task list
        list tasks
        依頼 一覧
        依頼一覧
        タスク一覧
    """,
    "task.show": """
        task show T-1 => T-1
        T-1 => T-1
        依頼 表示 T-1 => T-1
    """,
    "task.accept": """
        task accept T-1 => T-1
        accept T-1 friday => T-1 | friday
        T-1 引き受け 明日 => T-1 | 明日
        T-1を引き受けます 明日 => T-1 | 明日
        引受 T-1 => T-1
    """,
    "task.decline": """
        decline T-1 no people => T-1 | no people
        辞退 T-1 人手不足 => T-1 | 人手不足
        T-1を断ります 人手不足 => T-1 | 人手不足
    """,
    "task.finish": """
        task done T-1 => T-1
        done T-1 on the share => T-1 | on the share
        完了 T-1 => T-1
        T-1 完了しました => T-1
        T-1を完了します => T-1
    """,
    "task.approve": """
        confirm T-1 => T-1
        確認 T-1 => T-1
        T-1を確認します => T-1
    """,
    "task.snoozing": """
        task snooze T-1 2h => T-1 | 2h
        snooze T-1 tomorrow => T-1 | tomorrow
        後で T-1 2時間 => T-1 | 2時間
        T-1 延期 明日 => T-1 | 明日
    """,
    "task.handover": """
        task handover T-1 <@U1|kenji> => T-1 | <@U1|kenji>
        handover T-1 @kenji => T-1 | @kenji
        引き継ぎ T-1 @健二 => T-1 | @健二
    """,
    "task.withdrawing": """
        withdraw T-1 => T-1
        取り下げ T-1 => T-1
    """,
    "incident.alert": """
        alert
        alert @sales shop 3 is on fire online => | @sales shop 3 is on fire online
        緊急 店舗の動画が拡散中 => | 店舗の動画が拡散中
        炎上 @営業部 動画 => | @営業部 動画
    """,
    "incident.list": """
        incident list
        list incidents
        緊急対応 一覧
        緊急対応一覧
    """,
    "incident.show": """
        incident show T-9 => T-9
        緊急対応 表示 T-9 => T-9
    """,
    "incident.take": """
        incident take T-9 => T-9
        緊急対応 引き受け T-9 => T-9
    """,
    "incident.answered": """
        incident answered T-9 https://example.com/a => T-9 | https://example.com/a
        緊急対応 公表 T-9 => T-9
    """,
    "incident.log": """
        incident log T-9 called the shop => T-9 | called the shop
        緊急対応 記録 T-9 店舗に電話 => T-9 | 店舗に電話
    """,
    "incident.close": """
        incident close T-9 => T-9
        緊急対応 収束 T-9 => T-9
    """,
    "agreement.list": """
        agreement list
        list agreements
        取り決め 一覧
        取り決め一覧
    """,
    "agreement.show": """
        agreement show DA-1 => DA-1
        DA-1 => DA-1
        取り決め 表示 DA-1 => DA-1
    """,
    "agreement.deliver": """
        agreement deliver DA-1 https://example.com => DA-1 | https://example.com
        取り決め 提供 DA-1 => DA-1
        DA-1を提供しました => DA-1
    """,
    "agreement.confirm": """
        agreement confirm DA-1 => DA-1
        received DA-1 => DA-1
        取り決め 確認 DA-1 => DA-1
    """,
    "agreement.dispute": """
        agreement dispute DA-1 half is missing => DA-1 | half is missing
        取り決め 未着 DA-1 半分だけ => DA-1 | 半分だけ
    """,
    "agreement.agree": """
        agreement agree DA-1 => DA-1
        agree DA-1 => DA-1
        DA-1 同意 => DA-1
        取り決め 合意 DA-1 => DA-1
    """,
    "blueprint.dialogue": """
        initiative dialogue I-7 => I-7
        dialogue I-7 => I-7
        共同施策 対話 I-7 => I-7
        I-7 四つの質問 => I-7
    """,
    "initiative.list": """
        initiative list
        initiatives list
        list initiatives
        共同施策 一覧
        共同施策一覧
        施策　一覧
    """,
    "initiative.show": """
        initiative show I-7 => I-7
        I-7 => I-7
        共同施策 表示 I-7 => I-7
        共同施策　Ｉ－７ => I-7
        I-7を表示 => I-7
    """,
    "initiative.new": """
        initiative new
        initiative new Customers drive to a store for nothing => | Customers drive to a store for nothing
        共同施策 新規
        共同施策 新規 店舗に在庫がない => | 店舗に在庫がない
    """,
    "initiative.health": """
        initiative health I-7 at_risk the feed is late => I-7 | at_risk the feed is late
        health I-7 on_track => I-7 | on_track
        共同施策 状況 I-7 要注意 連携が遅れています => I-7 | 要注意 連携が遅れています
        I-7 状況 順調 => I-7 | 順調
    """,
    "initiative.start": """
        initiative start I-7 => I-7
        start I-7 => I-7
        共同施策 開始 I-7 => I-7
        I-7を開始 => I-7
    """,
    "initiative.close": """
        initiative close I-7 => I-7
        close I-7 => I-7
        共同施策 終了 I-7 => I-7
        I-7 終了 => I-7
    """,
    "subject.follow": """
        follow G-1 => G-1
        follow G-1 here => G-1 | here
        フォロー G-1 => G-1
        G-1をフォロー => G-1
    """,
    "subject.mute": """
        mute PR-1 => PR-1
        PR-1 通知停止 => PR-1
        ミュート PR-1 => PR-1
    """,
    "subject.unfollow": """
        unfollow G-1 => G-1
        unmute G-1 => G-1
        フォロー解除 G-1 => G-1
    """,
    "pulse.now": """
        pulse now
        pulse latest
        アンケート 最新
        連携度アンケート 最新
    """,
    "pulse.show": """
        pulse show AP-3 => AP-3
        AP-3 => AP-3
        アンケート AP-3 => AP-3
        連携度アンケート 結果 ＡＰ－３ => AP-3
        AP-3を表示 => AP-3
    """,
    "pulse.answer": """
        pulse answer
        answer pulse
        アンケート 回答
        連携度アンケート　回答
    """,
}

NEAREST = """
    appr PR-1 => approve PR-1
    aprove PR-1 => approve PR-1
    aprove PR-1 fine by me => approve PR-1 fine by me
    PR-1 aprove => approve PR-1
    purchase shwo PR-1 => purchase show PR-1
    purchas list => purchase list
    purchase ne => purchase new
    helpp => help
    申請 一 => 申請 一覧
    retrun PR-1 why => return PR-1 why
    hodl PR-1 => hold PR-1
    releas PR-1 => release PR-1
    保 PR-1 => 保留 PR-1
    差 PR-1 => 差し戻し PR-1
    advocat PR-1 worse => advocate PR-1 worse
    PR-1 revok => revoke PR-1
    withdrw PR-1 => withdraw PR-1
    goal chekin => goal checkin
    tsak list => task list
    list => goal list
    一覧 => 目標 一覧
    PR12 => PR-12
    PR 12 => PR-12
    稟議 12 => PR-12
    approve PR12 => approve PR-12
    PR-1？ => PR-1
    approve PR-1? => approve PR-1
    承認しません PR-1 => 承認 PR-1
    承認しました PR-1 => 承認 PR-1
    承認していいですか PR-1 => 承認 PR-1
    approve PR-1 PR-2 => approve PR-1
    approve PR-1, PR-2 and PR-3 => approve PR-1
    PR-1 PR-2 => PR-1
    PR-1とPR-2を承認 => PR-1
    task approve PR-1 => approve PR-1
    goal show PR-1 => show PR-1
    PR-1 どうなりましたか => PR-1
"""
"""What is half typed, misspelt, asked, denied or about two things at once does nothing, and names the nearest line that would."""

NOTHING = """
    xyzzy
    purchase
    申請
    🙂
    👍 PR-1
    --
    /collab
    \u202eapprove
    PR-0
    PR-
    PR-1を承認しない
    PR-1 承認 しない
    PR-1 承認 できません
    承認 PR-1 しないでください
    approve PR-1 ?
    PR-1 承認 か？
    don't approve PR-1
    not approve PR-1
    purchase done T-1
    approve 承認
    <@U1|kenji> approve PR-1
    invoice list
"""
"""Never acts, whatever it may mean."""

WITHOUT_KEY = """
    approve
    承認
    purchase show
    稟議 承認
    return please
    withdraw that one
    approve and return PR-1
    approve <@U1|kenji>
"""
