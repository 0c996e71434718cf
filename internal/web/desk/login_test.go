package desk

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// Passwords of tests, neither of which is guessed early.
const (
	aPassword       = "kettle moss 7 ladle"
	anotherPassword = "plum gravel 4 thimble"
)

// A browser keeps cookies, as an editor does not.
type browser struct {
	*site
	cookies map[string]*http.Cookie
	agent   string
	headers map[string]string
}

func (s *site) browser() *browser {
	return &browser{site: s, cookies: map[string]*http.Cookie{}, headers: map[string]string{}, agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
}

// send asks for a page, or sends a form if there are fields. Redirects are not followed.
func (b *browser) send(path string, fields url.Values) (*http.Response, string) {
	b.t.Helper()
	method, body := http.MethodGet, ""
	if fields != nil {
		method, body = http.MethodPost, fields.Encode()
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("User-Agent", b.agent)
	if fields != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.headers {
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	for _, c := range b.cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	response, answer := b.nobody().do(r)
	for _, c := range response.Cookies() {
		b.cookies[c.Name] = c
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return response, string(answer)
}

// want sends and fails the test unless the answer has a status; it returns the page, or where a redirect leads.
func (b *browser) want(status int, path string, fields url.Values) string {
	b.t.Helper()
	response, body := b.send(path, fields)
	if response.StatusCode != status {
		b.t.Fatalf("%s %v: status %d, want %d\n%s\n%s", path, fields, response.StatusCode, status, body, b.log)
	}
	if status == http.StatusSeeOther {
		return response.Header.Get("Location")
	}
	return body
}

// link makes an account and returns the path of its link.
func (s *site) link(name string, role store.Role) string {
	s.t.Helper()
	if err := s.store.AddAccount(s.t.Context(), name, role, "test"); err != nil {
		s.t.Fatal(err)
	}
	token, err := s.store.MakeLink(s.t.Context(), name, false, "test")
	if err != nil {
		s.t.Fatal(err)
	}
	return StartPath(token)
}

// newcomer returns a browser in which somebody has just chosen a password.
func (s *site) newcomer(name string, role store.Role) *browser {
	s.t.Helper()
	b := s.browser()
	b.want(http.StatusSeeOther, s.link(name, role), url.Values{"new": {aPassword}, "again": {aPassword}})
	return b
}

// From the link to the desk: a password, a second factor, recovery codes; and then logging in, with a code and without.
func TestStart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	link := s.link("anna", store.RoleEditor)
	if page := b.want(http.StatusOK, link, nil); !strings.Contains(page, "anna") || !strings.Contains(page, "second factor") {
		t.Errorf("the link's page does not say whose it is and what comes next\n%s", page)
	}
	for _, test := range []struct{ password, again, want string }{
		{"", "", "shorter than 15"},
		{aPassword, aPassword + "x", "twice alike"},
		{"anna anna anna anna", "anna anna anna anna", "guessed first"},
		{strings.Repeat("x1-", 67), strings.Repeat("x1-", 67), "longer than 200"},
		{"kettle\x00moss 7 ladle", "kettle\x00moss 7 ladle", "control character"},
		{"kettle moss 7 \xff ladle", "kettle moss 7 \xff ladle", "UTF-8"},
	} {
		page := b.want(http.StatusUnprocessableEntity, link, url.Values{"new": {test.password}, "again": {test.again}})
		if !strings.Contains(page, test.want) || test.password != "" && strings.Contains(page, test.password) {
			t.Errorf("password %q: the page does not say %q, or shows it\n%s", test.password, test.want, page)
		}
	}
	if to := b.want(http.StatusSeeOther, link, url.Values{"new": {aPassword}, "again": {aPassword}}); to != factorPath {
		t.Fatalf("then to %s, want %s", to, factorPath)
	}
	if page := b.want(http.StatusNotFound, link, nil); !strings.Contains(page, "cannot be used") {
		t.Errorf("the link used again\n%s", page)
	}
	if to := b.want(http.StatusSeeOther, "/desk", nil); to != factorPath {
		t.Errorf("the desk before the second factor is at %s", to)
	}

	secret, err := s.store.PendingFactor(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	page := b.want(http.StatusOK, factorPath, nil)
	if !strings.Contains(page, secret[:4]+" "+secret[4:8]) || !strings.Contains(page, "<path d=\"M4 4h1v1h-1z") {
		t.Errorf("the page does not show the secret as text and as picture\n%s", page)
	}
	if page := b.want(http.StatusUnprocessableEntity, factorPath+"/confirm", url.Values{"code": {"000000x"}}); !strings.Contains(page, "clock of your phone") || !strings.Contains(page, secret[:4]) {
		t.Errorf("a wrong code\n%s", page)
	}
	before := b.cookies[plainCookie].Value
	page = b.want(http.StatusOK, factorPath+"/confirm", url.Values{"code": {s.code(secret, time.Now())}})
	if n := strings.Count(page, `<code class="secret">`); n != 10 {
		t.Fatalf("%d recovery codes are shown\n%s", n, page)
	}
	recovery := strings.Split(strings.Split(page, `<code class="secret">`)[1], "<")[0]
	if b.cookies[plainCookie].Value == before {
		t.Error("the session has the token that it had without a second factor")
	}
	b.want(http.StatusOK, "/desk", nil)
	if to := b.want(http.StatusSeeOther, "/desk/logout", url.Values{}); to != LoginPath+"?done=out" {
		t.Errorf("the log-out leads to %s", to)
	}
	if len(b.cookies) > 0 {
		t.Errorf("after the log-out there are cookies %v", b.cookies)
	}

	to := b.want(http.StatusSeeOther, LoginPath, url.Values{"name": {" Anna "}, "password": {aPassword}, "next": {"/desk/account"}})
	if to != codePath+"?next=%2Fdesk%2Faccount" || b.cookies[plainCookie] != nil {
		t.Fatalf("after the password to %s with cookies %v, want the code", to, b.cookies)
	}
	if page := b.want(http.StatusOK, to, nil); !strings.Contains(page, `value="/desk/account"`) {
		t.Errorf("the page of the code does not say where to go on\n%s", page)
	}
	used := s.code(secret, time.Now())
	if page := b.want(http.StatusUnprocessableEntity, codePath, url.Values{"code": {used}, "next": {"/desk/account"}}); !strings.Contains(page, "used before") {
		t.Errorf("the code that was used\n%s", page)
	}
	later := s.code(secret, time.Now().Add(30*time.Second))
	if to := b.want(http.StatusSeeOther, codePath, url.Values{"code": {later}, "next": {"/desk/account"}}); to != "/desk/account" {
		t.Errorf("after the code to %s", to)
	}
	b.want(http.StatusOK, "/desk/account", nil)
	if b.cookies[plainCookie+loginSuffix] != nil {
		t.Error("the cookie of the login is kept")
	}

	c := s.browser()
	c.want(http.StatusSeeOther, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})
	if to := c.want(http.StatusSeeOther, codePath, url.Values{"code": {recovery}}); !strings.HasPrefix(to, accountPath+"?done=recovery") {
		t.Errorf("after a recovery code to %s", to)
	}
	if page := c.want(http.StatusOK, accountPath, nil); !strings.Contains(page, "9 recovery codes are left") {
		t.Errorf("the account's page\n%s", page)
	}
	for _, hidden := range []string{aPassword, secret, recovery, used, strings.TrimPrefix(link, "/desk/start/")} {
		if strings.Contains(s.log.String(), hidden) {
			t.Errorf("%q is in the log", hidden)
		}
	}
}

// A contributor needs no second factor, and may have one.
func TestStartOfContributor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	if to := b.want(http.StatusSeeOther, s.link("carl", store.RoleContributor), url.Values{"new": {aPassword}, "again": {aPassword}}); to != "/desk" {
		t.Errorf("after the link to %s", to)
	}
	b.want(http.StatusOK, "/desk", nil)
	if page := b.want(http.StatusOK, factorPath, nil); strings.Contains(page, "<svg") {
		t.Error("a secret is shown that nobody asked for")
	}
	if page := b.want(http.StatusUnprocessableEntity, factorPath, url.Values{"password": {"wrong"}}); !strings.Contains(page, "Your password is not right") {
		t.Errorf("a wrong password\n%s", page)
	}
	if to := b.want(http.StatusSeeOther, factorPath, url.Values{"password": {aPassword}}); to != factorPath {
		t.Errorf("then to %s", to)
	}
	if page := b.want(http.StatusOK, factorPath, nil); !strings.Contains(page, "<svg") {
		t.Error("no secret is shown")
	}
}

func TestLogIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.newcomer("anna", store.RoleContributor)
	b := s.browser()
	var first string
	for i, fields := range []url.Values{
		{"name": {"anna"}, "password": {anotherPassword}},
		{"name": {"nobody"}, "password": {aPassword}},
		{"name": {"a\x00\xff<b>"}, "password": {aPassword}},
		{},
		{"name": {"nobody", "anna"}, "password": {aPassword, aPassword}},
		{"name": {strings.Repeat("a", 100_000)}, "password": {strings.Repeat("b", 100_000)}},
	} {
		page := b.want(http.StatusUnprocessableEntity, LoginPath, fields)
		if !strings.Contains(page, "The name or the password is not right.") || strings.Contains(page, "<b>") || strings.Contains(page, aPassword) {
			t.Errorf("try %d\n%.3000s", i, page)
		}
		switch without := strings.ReplaceAll(page, `value="anna"`, `value="nobody"`); i {
		case 0:
			first = without
		case 1:
			if without != first {
				t.Error("the page of a wrong password and that of an unknown name differ")
			}
		}
	}
	if len(b.cookies) > 0 {
		t.Errorf("cookies after wrong passwords: %v", b.cookies)
	}
	b.want(http.StatusRequestEntityTooLarge, LoginPath, url.Values{"name": {"anna"}, "password": {strings.Repeat("a", 4<<20)}})
	many := url.Values{}
	for i := range 10_000 {
		many.Set("f"+strconv.Itoa(i), "x")
	}
	b.want(http.StatusRequestEntityTooLarge, LoginPath, many)

	response, _ := b.send(LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}, "next": {"/desk/account?x=1#keys"}})
	if got := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || got != "/desk/account?x=1#keys" {
		t.Fatalf("status %d to %s", response.StatusCode, got)
	}
	c := response.Cookies()[0]
	if c.Name != "desk" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 {
		t.Errorf("cookie %+v", c)
	}
	if got := response.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	if to := b.want(http.StatusSeeOther, LoginPath+"?next=/desk/accounts", nil); to != "/desk/accounts" {
		t.Errorf("the login of one who is logged in leads to %s", to)
	}
	if to := b.want(http.StatusSeeOther, LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}}); to != "/desk" || b.cookies[plainCookie].Value == c.Value {
		t.Errorf("a second login leads to %s with the old session", to)
	}
	for _, page := range []string{LoginPath, codePath} {
		if response, _ := s.browser().send(page, nil); response.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: Referrer-Policy %q", page, response.Header.Get("Referrer-Policy"))
		}
	}
	if log := s.log.String(); !strings.Contains(log, `"msg":"login refused"`) || !strings.Contains(log, `"msg":"logged in"`) || strings.Contains(log, aPassword) {
		t.Errorf("the log does not tell of logins, or tells too much\n%s", log)
	}
}

func TestLoginThrottled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.newcomer("anna", store.RoleContributor)
	b := s.browser()
	for i := range 5 {
		b.headers["X-Forwarded-For"] = "" // none
		b.want(http.StatusUnprocessableEntity, LoginPath, url.Values{"name": {"anna"}, "password": {fmt.Sprint(i)}})
	}
	for i := range 30 {
		b.headers["True-Client-Ip"] = fmt.Sprintf("198.51.100.%d", i) // what RealIP would believe
		response, page := b.send(LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})
		wait, err := strconv.Atoi(response.Header.Get("Retry-After"))
		if response.StatusCode != http.StatusTooManyRequests || err != nil || wait < 120 || wait > 180 || !strings.Contains(page, "wait 3 minutes") {
			t.Fatalf("try %d: status %d, Retry-After %q\n%s", i, response.StatusCode, response.Header.Get("Retry-After"), page)
		}
	}
}

func TestNextAfterLogin(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	if to := b.want(http.StatusSeeOther, "/desk/accounts?after=x", nil); to != LoginPath+"?next="+url.QueryEscape("/desk/accounts?after=x") {
		t.Errorf("a page leads to %s", to)
	}
	if page := b.want(http.StatusOK, LoginPath+"?next=https://elsewhere.example/", nil); !strings.Contains(page, `name="next" value="/desk"`) {
		t.Errorf("the login keeps a foreign address\n%s", page)
	}
	if to := b.want(http.StatusSeeOther, codePath, nil); to != LoginPath+"?done=over" {
		t.Errorf("a code without a login leads to %s", to)
	}
	if to := b.want(http.StatusSeeOther, codePath, url.Values{"code": {"123456"}}); to != LoginPath+"?done=over" {
		t.Errorf("a code without a login, sent, leads to %s", to)
	}
	if page := b.want(http.StatusOK, LoginPath+"?done=over", nil); !strings.Contains(page, "five minutes") {
		t.Errorf("the login does not say why\n%s", page)
	}
}

// On plain http from elsewhere nothing secret is asked for.
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	link := s.link("anna", store.RoleContributor)
	for _, headers := range []map[string]string{
		{"Host": "desk.example.org"}, {"Host": "192.0.2.7:8080"}, {"X-Forwarded-For": "198.51.100.7"}, {"Forwarded": "for=198.51.100.7"},
	} {
		b := s.browser()
		b.headers = headers
		for _, path := range []string{LoginPath, codePath, link} {
			for _, fields := range []url.Values{nil, {"name": {"anna"}, "password": {aPassword}, "new": {aPassword}, "again": {aPassword}}} {
				if page := b.want(http.StatusForbidden, path, fields); strings.Contains(page, "<input") || !strings.Contains(page, "PUBLIC_URL") {
					t.Errorf("%v %s\n%s", headers, path, page)
				}
			}
		}
	}
	for _, host := range []string{"127.0.0.1:8080", "localhost:8080", "[::1]:8080", "localhost"} {
		b := s.browser()
		b.headers["Host"] = host
		if page := b.want(http.StatusOK, LoginPath, nil); !strings.Contains(page, `type="password"`) {
			t.Errorf("at %s nothing is asked for\n%s", host, page)
		}
	}
}

// Where the site's own address is of https, cookies are bound to it and browsers are told to come by it alone.
func TestSecure(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.newcomer("anna", store.RoleContributor)
	const address = "https://counterclaim.example"
	readers, err := web.New(web.Options{Store: s.store, PublicURL: address})
	if err != nil {
		t.Fatal(err)
	}
	server, err := New(Options{Site: readers, Store: s.store, PublicURL: address + "/", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	if err != nil {
		t.Fatal(err)
	}
	readers.Mount(server)
	at := httptest.NewServer(readers)
	t.Cleanup(at.Close)
	secure := *s
	secure.url = at.URL
	b := secure.browser()
	b.headers = map[string]string{"Host": "counterclaim.example", "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
	response, page := b.send(LoginPath, url.Values{"name": {"anna"}, "password": {aPassword}})
	if response.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", response.StatusCode, page)
	}
	if c := response.Cookies()[0]; c.Name != "__Host-desk" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie %+v", c)
	}
	for _, path := range []string{"/desk", "/", "/none"} {
		response, _ := b.send(path, nil)
		if got := response.Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
			t.Errorf("%s: Strict-Transport-Security %q", path, got)
		}
	}
	if response, _ := s.browser().send("/", nil); response.Header.Get("Strict-Transport-Security") != "" {
		t.Error("on one's own machine browsers are told to come by https")
	}
}
