package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/store"
)

// doc reads a page.
func doc(t *testing.T, page string) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// fieldErrors returns what a page says is wrong, by field, and checks that the summary leads to each field.
func fieldErrors(t *testing.T, page string) map[string]string {
	t.Helper()
	d := doc(t, page)
	errors := map[string]string{}
	d.Find("#problems a").Each(func(_ int, a *goquery.Selection) {
		field := d.Find(a.AttrOr("href", ""))
		if field.Length() != 1 || field.AttrOr("aria-invalid", "none") == "none" {
			t.Errorf("%s leads to no field that is wrong", a.AttrOr("href", ""))
		}
		if described := field.AttrOr("aria-describedby", ""); !strings.Contains(described, "-errors") {
			t.Errorf("%s is described by %q", a.AttrOr("href", ""), described)
		}
		errors[field.AttrOr("name", "")] = a.Text()
	})
	return errors
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.newcomer("anna", store.RoleContributor)
	other := s.browser()
	other.want(http.StatusSeeOther, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})
	path := accountPath + "/password"
	for _, test := range []struct {
		fields url.Values
		field  string
		want   string
	}{
		{url.Values{"old": {aPassword}, "new": {anotherPassword}, "again": {"x"}}, "again", "twice alike"},
		{url.Values{"old": {anotherPassword}, "new": {anotherPassword}, "again": {anotherPassword}}, "old", "not right"},
		{url.Values{"old": {aPassword}, "new": {"short"}, "again": {"short"}}, "new", "shorter"},
		{url.Values{}, "old", "not right"},
	} {
		page := b.want(http.StatusUnprocessableEntity, path, test.fields)
		if got := fieldErrors(t, page); len(got) != 1 || !strings.Contains(got[test.field], test.want) {
			t.Errorf("%v: wrong is %v, want %s to be: %s", test.fields, got, test.field, test.want)
		}
		if strings.Contains(page, anotherPassword) || strings.Contains(page, aPassword) {
			t.Error("the page shows a password")
		}
	}
	before := b.cookies[plainCookie].Value
	if to := b.want(http.StatusSeeOther, path, url.Values{"old": {aPassword}, "new": {anotherPassword}, "again": {anotherPassword}}); to != accountPath+"?done=password" {
		t.Errorf("then to %s", to)
	}
	if b.cookies[plainCookie].Value == before {
		t.Error("the session has the token that it had before")
	}
	b.want(http.StatusOK, accountPath, nil)
	if to := other.want(http.StatusSeeOther, "/desk", nil); to != LoginPath {
		t.Errorf("another session leads to %s after a change of password", to)
	}
	b.cookies[plainCookie].Value = before
	b.want(http.StatusSeeOther, "/desk", nil)
}

func TestSessionsOnPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.newcomer("anna", store.RoleContributor)
	logIn := func(agent string) *browser {
		o := s.browser()
		o.agent = agent
		o.want(http.StatusSeeOther, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})
		return o
	}
	phone, third := logIn("Mozilla/5.0 (iPhone) Safari/604.1"), logIn("<b>bold</b>")
	rows := doc(t, b.want(http.StatusOK, accountPath, nil)).Find("#sessions ~ ul > li")
	if got := rows.Find("b").Map(func(_ int, b *goquery.Selection) string { return b.Text() }); len(got) != 3 || !strings.Contains(strings.Join(got, ","), "<b>bold</b>") {
		t.Errorf("sessions are %q", got)
	}
	if rows.Find("form").Length() != 2 || strings.Count(rows.Text(), "(this one)") != 1 {
		t.Errorf("of three sessions one is this one, and the others can be ended: %s", rows.Text())
	}
	var id string
	rows.Each(func(_ int, row *goquery.Selection) {
		if strings.Contains(row.Text(), "Safari on iPhone") {
			id = row.Find("input[name=session]").AttrOr("value", "")
		}
	})
	// Nobody else can end it, and an id of no sense is nobody's.
	ben := s.newcomer("ben", store.RoleAdmin)
	ben.want(http.StatusSeeOther, accountPath+"/sessions", url.Values{"session": {id}})
	b.want(http.StatusUnprocessableEntity, accountPath+"/sessions", url.Values{"session": {"zz\x00"}})
	phone.want(http.StatusOK, "/desk", nil)
	b.want(http.StatusSeeOther, accountPath+"/sessions", url.Values{"session": {id}})
	phone.want(http.StatusSeeOther, "/desk", nil)
	third.want(http.StatusOK, "/desk", nil)
	b.want(http.StatusSeeOther, accountPath+"/sessions", url.Values{"session": {"others"}})
	third.want(http.StatusSeeOther, "/desk", nil)
	b.want(http.StatusOK, "/desk", nil)
}

func TestLetterKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleReader)
	for _, box := range []string{"", "on"} {
		e.post(accountPath+"/keys", url.Values{"letter_keys": {box}}, http.StatusSeeOther)
		page := e.get(accountPath, http.StatusOK)
		_, isOn := page.Find("body").Attr("data-letter-keys")
		_, isTicked := page.Find("input[type=checkbox][name=letter_keys]").Attr("checked")
		if want := box == "on"; isOn != want || isTicked != want {
			t.Errorf("box %q: keys %v, ticked %v", box, isOn, isTicked)
		}
	}
}

func TestTokensOnPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.newcomer("anna", store.RoleContributor)
	path := accountPath + "/tokens"
	for _, test := range []struct {
		fields url.Values
		want   []string
	}{
		{url.Values{"token_name": {" "}, "token_days": {"30"}, "token_password": {aPassword}}, []string{"token_name"}},
		{url.Values{"token_name": {strings.Repeat("é", 61)}, "token_days": {"31"}}, []string{"token_name", "token_days"}},
		{url.Values{"token_name": {"a\x00b"}, "token_days": {"30"}}, []string{"token_name"}},
		{url.Values{"token_name": {"a\xffb"}, "token_days": {"99999999999999999999"}}, []string{"token_name", "token_days"}},
		{url.Values{"token_name": {"import"}, "token_days": {"30"}, "token_password": {"wrong"}}, []string{"token_password"}},
		{url.Values{}, []string{"token_name", "token_days"}},
	} {
		page := b.want(http.StatusUnprocessableEntity, path, test.fields)
		got := fieldErrors(t, page)
		for _, field := range test.want {
			if got[field] == "" {
				t.Errorf("%v: wrong is %v, want also %s", test.fields, got, field)
			}
		}
		if name := test.fields.Get("token_name"); name == "import" && doc(t, page).Find("#f-token_name").AttrOr("value", "") != name {
			t.Error("the name that was typed is lost")
		}
	}
	page := b.want(http.StatusOK, path, url.Values{"token_name": {"<i>import</i>"}, "token_days": {"90"}, "token_password": {aPassword}})
	token := doc(t, page).Find("code.secret").Text()
	if a, err := s.store.TokenAccount(t.Context(), token); err != nil || a.Name != "anna" {
		t.Errorf("the token %q is of %+v (%v)", token, a, err)
	}
	page = b.want(http.StatusOK, accountPath, nil)
	if strings.Contains(page, token) {
		t.Error("the token is shown again")
	}
	row := doc(t, page).Find("#tokens ~ ul > li")
	if row.Find("b").Text() != "<i>import</i>" || !strings.Contains(row.Text(), "last used") {
		t.Errorf("its row says %s", row.Text())
	}
	id := row.Find("input[name=token]").AttrOr("value", "")
	s.newcomer("ben", store.RoleContributor).want(http.StatusSeeOther, path+"/end", url.Values{"token": {id}})
	if _, err := s.store.TokenAccount(t.Context(), token); err != nil {
		t.Errorf("ben has ended anna's token: %v", err)
	}
	b.want(http.StatusBadRequest, path+"/end", url.Values{"token": {"one"}})
	b.want(http.StatusSeeOther, path+"/end", url.Values{"token": {id}})
	if _, err := s.store.TokenAccount(t.Context(), token); err == nil {
		t.Error("the ended token is good")
	}
	if strings.Contains(s.log.String(), token) {
		t.Error("the token is in the log")
	}
}

func TestRenewCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.newcomer("anna", store.RoleContributor)
	if to := b.want(http.StatusSeeOther, accountPath+"/codes", url.Values{"codes_password": {aPassword}}); to != factorPath {
		t.Errorf("without a second factor to %s", to)
	}
	b.want(http.StatusSeeOther, factorPath, url.Values{"password": {aPassword}})
	secret, err := s.store.PendingFactor(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	b.want(http.StatusOK, factorPath+"/confirm", url.Values{"code": {s.code(secret, time.Now())}})
	page := b.want(http.StatusUnprocessableEntity, accountPath+"/codes", url.Values{"codes_password": {"wrong"}})
	if got := fieldErrors(t, page); got["codes_password"] == "" {
		t.Errorf("a wrong password: wrong is %v", got)
	}
	page = b.want(http.StatusOK, accountPath+"/codes", url.Values{"codes_password": {aPassword}})
	if n := doc(t, page).Find("code.secret").Length(); n != 10 {
		t.Errorf("%d codes are shown", n)
	}
}

func TestAccountsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleAdmin)
	for _, test := range []struct {
		fields url.Values
		want   string // the field that is wrong
	}{
		{url.Values{"name": {"Anna Larkin"}, "role": {"editor"}}, "name"},
		{url.Values{"name": {"a\x00"}, "role": {"editor"}}, "name"},
		{url.Values{"name": {strings.Repeat("a", 100_000)}, "role": {"editor"}}, "name"},
		{url.Values{"name": {e.name}, "role": {"editor"}}, "name"},
		{url.Values{"name": {"anna"}, "role": {"owner"}}, "role"},
		{url.Values{"name": {"anna"}}, "role"},
	} {
		page, _ := e.post(accountsPath, test.fields, http.StatusUnprocessableEntity)
		html, err := page.Html()
		if err != nil {
			t.Fatal(err)
		}
		if got := fieldErrors(t, html); got[test.want] == "" {
			t.Errorf("%.80v: wrong is %v, want %s", test.fields, got, test.want)
		}
	}
	page, _ := e.post(accountsPath, url.Values{"name": {"anna"}, "role": {"editor"}}, http.StatusOK)
	link, err := url.Parse(page.Find("code.secret").Text())
	if err != nil || !strings.HasPrefix(link.Path, "/desk/start/") {
		t.Fatalf("link %s (%v)", link, err)
	}
	anna := s.browser()
	anna.want(http.StatusOK, link.Path, nil)
	if strings.Contains(s.log.String(), strings.TrimPrefix(link.Path, "/desk/start/")) {
		t.Error("the link is in the log")
	}
	list := e.get(accountsPath, http.StatusOK)
	if got := list.Find("ul.rows > li").Text(); !strings.Contains(got, "anna") || !strings.Contains(got, "has a link that is good until") {
		t.Errorf("the list says %s", got)
	}
	e.get(accountsOf("nobody"), http.StatusNotFound)
	e.get("/desk/accounts/a%00b", http.StatusBadRequest)

	// A new link ends the older one; then she comes in, and goes out again as the admin says.
	page, _ = e.post(accountsOf("anna")+"/reset", nil, http.StatusOK)
	second, err := url.Parse(page.Find("code.secret").Text())
	if err != nil {
		t.Fatal(err)
	}
	anna.want(http.StatusNotFound, link.Path, nil)
	anna.want(http.StatusSeeOther, second.Path, url.Values{"new": {aPassword}, "again": {aPassword}})
	anna.want(http.StatusOK, factorPath, nil)
	if _, to := e.post(accountsOf("anna")+"/role", url.Values{"role": {"contributor"}}, http.StatusSeeOther); to != accountsOf("anna")+"?done=role" {
		t.Errorf("the role leads to %s", to)
	}
	anna.want(http.StatusSeeOther, factorPath, nil)
	if to := anna.want(http.StatusSeeOther, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}}); to != "/desk" {
		t.Errorf("a contributor logs in to %s", to)
	}
	e.post(accountsOf("anna")+"/role", url.Values{"role": {"owner"}}, http.StatusUnprocessableEntity)
	e.post(accountsOf("anna")+"/sessions", nil, http.StatusSeeOther)
	anna.want(http.StatusSeeOther, "/desk", nil)
	anna.want(http.StatusSeeOther, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})
	anna.want(http.StatusOK, "/desk", nil)
	e.post(accountsOf("anna")+"/disable", nil, http.StatusSeeOther)
	anna.want(http.StatusSeeOther, "/desk", nil)
	anna.want(http.StatusUnprocessableEntity, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})
	if page, _ := e.post(accountsOf("anna")+"/reset", nil, http.StatusUnprocessableEntity); !strings.Contains(page.Text(), "Enable it first") {
		t.Errorf("a link for a disabled account: %s", page.Text())
	}
	e.post(accountsOf("anna")+"/enable", nil, http.StatusSeeOther)
	anna.want(http.StatusSeeOther, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})

	for _, do := range []string{"/disable", "/role"} {
		if page, _ := e.post(accountsOf(e.name)+do, url.Values{"role": {"reader"}}, http.StatusUnprocessableEntity); !strings.Contains(page.Text(), "the last admin") {
			t.Errorf("the last admin, %s: %s", do, page.Text())
		}
	}
	for _, do := range []string{"role", "reset", "sessions", "disable", "enable"} {
		e.post(accountsOf("nobody")+"/"+do, url.Values{"role": {"reader"}}, http.StatusNotFound)
	}
}

// A link that is made because the second factor is lost lets another one be set up.
func TestResetFactor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, anna := s.as(store.RoleAdmin), s.as(store.RoleEditor)
	for _, box := range []string{"", "on"} {
		page, _ := admin.post(accountsOf(anna.name)+"/reset", url.Values{"factor": {"", box}}, http.StatusOK)
		link, err := url.Parse(page.Find("code.secret").Text())
		if err != nil {
			t.Fatal(err)
		}
		want := codePath
		if box == "on" {
			want = factorPath
		}
		if to := s.browser().want(http.StatusSeeOther, link.Path, url.Values{"new": {aPassword}, "again": {aPassword}}); to != want {
			t.Errorf("box %q: after the link to %s, want %s", box, to, want)
		}
	}
}
