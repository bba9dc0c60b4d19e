from tests.parts.databases import on_both
pytestmark = on_both

def test_x(company):
    key = company.decided()
    assert company.purchase(key).state == "approved"
def test_y(as_, company):
    assert as_("mika").get("/me/inbox").status_code in (404, 200)
