"""The guide: short pages for each reader, written from what they want to do, and the same paragraphs inside the product.

`texts/LOCALE/TOPIC.md` is one page: `# title`, a lead, and parts `## title {#anchor}`. A template opens one part with
`{{ c.help("approver", "send-back") }}`. Words of the product stand in the texts as `{word:purchase.act.return}`, so that the
guide and the button say the same, a company's own words too.
"""
