package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-chi/chi/v5"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// Those who need less than an account's role.
const (
	leastNobody store.Role = "nobody" // without an account
	leastKnown  store.Role = "known"  // logged in, also without the second factor that the role needs
)

// access has every route of the desk with the least role that it needs. A route that is not here fails the test. {nouns}
// stands for the plural of each kind of noun, where a kind has no line of its own. A part with tests of its own may add its
// lines there, as together_test.go does.
var access = map[string]store.Role{
	"GET /desk": store.RoleReader,

	// accounts
	"GET /desk/login":                     leastNobody,
	"POST /desk/login":                    leastNobody,
	"GET /desk/login/code":                leastNobody,
	"POST /desk/login/code":               leastNobody,
	"GET /desk/start/{token}":             leastNobody,
	"POST /desk/start/{token}":            leastNobody,
	"POST /desk/logout":                   leastKnown,
	"GET /desk/account/factor":            leastKnown,
	"POST /desk/account/factor":           leastKnown,
	"POST /desk/account/factor/confirm":   leastKnown,
	"GET /desk/account":                   store.RoleReader,
	"POST /desk/account/password":         store.RoleReader,
	"POST /desk/account/codes":            store.RoleReader,
	"POST /desk/account/sessions":         store.RoleReader,
	"POST /desk/account/keys":             store.RoleReader,
	"POST /desk/account/tokens":           store.RoleReader,
	"POST /desk/account/tokens/end":       store.RoleReader,
	"GET /desk/settings":                  store.RoleAdmin,
	"GET /desk/accounts":                  store.RoleAdmin,
	"POST /desk/accounts":                 store.RoleAdmin,
	"GET /desk/accounts/{name}":           store.RoleAdmin,
	"POST /desk/accounts/{name}/role":     store.RoleAdmin,
	"POST /desk/accounts/{name}/reset":    store.RoleAdmin,
	"POST /desk/accounts/{name}/sessions": store.RoleAdmin,
	"POST /desk/accounts/{name}/disable":  store.RoleAdmin,
	"POST /desk/accounts/{name}/enable":   store.RoleAdmin,

	// intake
	"GET /desk/articles/new":                 store.RoleContributor,
	"POST /desk/articles/new":                store.RoleContributor,
	"GET /desk/arrivals":                     store.RoleContributor,
	"GET /desk/arrivals/{id}":                store.RoleContributor,
	"POST /desk/arrivals/{id}":               store.RoleContributor,
	"GET /desk/arrivals/{id}/original":       store.RoleContributor,
	"GET /desk/arrivals/{id}/recording":      store.RoleContributor,
	"POST /desk/arrivals/{id}/fetch":         store.RoleContributor,
	"POST /desk/arrivals/{id}/dismiss":       store.RoleContributor,
	"POST /desk/arrivals/{id}/out":           store.RoleContributor,
	"GET /desk/subscriptions":                store.RoleContributor,
	"POST /desk/subscriptions":               store.RoleEditor,
	"POST /desk/subscriptions/{id}/check":    store.RoleContributor,
	"POST /desk/subscriptions/{id}/remove":   store.RoleEditor,
	"GET /desk/articles/{slug}/captures":     store.RoleContributor,
	"GET /desk/articles/{slug}/captures/new": store.RoleContributor,
	"POST /desk/articles/{slug}/captures":    store.RoleContributor,
	"POST /desk/articles/{slug}/archive":     store.RoleContributor,
	"POST /desk/articles/{slug}/recording":   store.RoleContributor,
	"POST /desk/articles/{slug}/embargo":     store.RoleEditor,
	"GET /desk/reanchor":                     store.RoleContributor,
	"GET /desk/articles/{slug}/reanchor":     store.RoleContributor,
	"POST /desk/claims/{code}/reanchor":      store.RoleContributor,

	// tagging
	"GET /desk/articles/{slug}/tag":       store.RoleContributor,
	"POST /desk/articles/{slug}/tag":      store.RoleContributor,
	"POST /desk/articles/{slug}/readings": store.RoleContributor,
	"GET /desk/claims/{code}":             store.RoleContributor,
	"POST /desk/claims/{code}":            store.RoleContributor,
	"POST /desk/claims/{code}/undo":       store.RoleContributor,
	"POST /desk/claims/{code}/delete":     store.RoleEditor,
	"GET /desk/facts/{slug}/move":         store.RoleEditor,
	"POST /desk/facts/{slug}/move":        store.RoleEditor,

	// joining
	"GET /desk/claims/{code}/join":  store.RoleContributor,
	"POST /desk/claims/{code}/join": store.RoleContributor,
	"POST /desk/claims/{code}/part": store.RoleContributor,

	// intake

	// nouns
	"GET /desk/lists":                  store.RoleContributor,
	"GET /desk/search.json":            store.RoleContributor,
	"GET /desk/words.json":             store.RoleContributor,
	"GET /desk/claims/{code}/merge":    store.RoleEditor,
	"POST /desk/claims/{code}/merge":   store.RoleEditor,
	"GET /desk/{nouns}":                store.RoleContributor,
	"GET /desk/{nouns}/new":            store.RoleContributor,
	"POST /desk/{nouns}/new":           store.RoleContributor,
	"GET /desk/{nouns}/{slug}":         store.RoleContributor,
	"POST /desk/{nouns}/{slug}":        store.RoleContributor,
	"GET /desk/{nouns}/{slug}/touched": store.RoleEditor,
	"GET /desk/{nouns}/{slug}/merge":   store.RoleEditor,
	"POST /desk/{nouns}/{slug}/merge":  store.RoleEditor,
	"POST /desk/{nouns}/{slug}/retire": store.RoleEditor,
	"POST /desk/{nouns}/{slug}/remove": store.RoleEditor,

	// proposals
	"GET /desk/proposals":                store.RoleContributor,
	"GET /desk/proposals/{id}":           store.RoleContributor,
	"POST /desk/proposals/{id}/withdraw": store.RoleContributor,
	"POST /desk/proposals/{id}/decline":  store.RoleEditor,

	// publishing
	"GET /desk/facts/{slug}/review":                    store.RoleContributor,
	"POST /desk/facts/{slug}/review/sign":              store.RoleReviewer,
	"POST /desk/facts/{slug}/review/ask":               store.RoleContributor,
	"POST /desk/facts/{slug}/review/status":            store.RoleEditor,
	"GET /desk/publish":                                store.RoleEditor,
	"POST /desk/publish":                               store.RoleEditor,
	"GET /desk/facts/{slug}/withdraw":                  store.RoleEditor,
	"POST /desk/facts/{slug}/withdraw":                 store.RoleEditor,
	"GET /desk/newsroom":                               store.RoleReader,
	"GET /desk/facts/{slug}/newsroom":                  store.RoleReader,
	"POST /desk/facts/{slug}/newsroom":                 store.RoleContributor,
	"GET /desk/facts/{slug}/newsroom/{number}":         store.RoleReader,
	"GET /desk/facts/{slug}/newsroom/{number}/changes": store.RoleReader,
}

// A route is an address of the desk with a method.
type route struct{ method, pattern string }

func (r route) String() string { return r.method + " " + r.pattern }

// blank is a part of a pattern that an address fills in.
var blank = regexp.MustCompile(`\{[a-z]+(:[^{}]*)?\}`)

// path returns an address of the route, of things that are not there.
func (r route) path() string { return blank.ReplaceAllString(r.pattern, "1") }

// routes lists all routes of a desk.
func routes(t testing.TB, s *Server) []route {
	t.Helper()
	var list []route
	err := chi.Walk(s.handler, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		list = append(list, route{method, pattern})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// entry is the route's line in the table: its own, or that of all kinds of noun.
func (r route) entry() string {
	if _, ok := access[r.String()]; ok {
		return r.String()
	}
	parts := strings.Split(r.pattern, "/")
	for i, part := range parts {
		if slices.Contains(slices.Collect(maps.Values(plurals)), part) {
			parts[i] = "{nouns}"
			break
		}
	}
	return route{r.method, strings.Join(parts, "/")}.String()
}

// least is the least role that the route needs, "" if it is not in the table.
func (r route) least() store.Role { return access[r.entry()] }

// Every route is in the table, and nothing else is.
func TestAccessIsWhole(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, r := range routes(t, newSite(t).server) {
		used[r.entry()] = true
		if r.least() == "" {
			t.Errorf("%s is not in the table of who may use what: add its least role to access", r)
		}
		if r.method != http.MethodGet && r.method != http.MethodPost {
			t.Errorf("%s: a desk's page is asked for by GET and changes things by POST", r)
		}
	}
	for name := range access {
		if !used[name] {
			t.Errorf("%s is in the table, and there is no such route", name)
		}
	}
}

// send asks for a route as a browser does, a form being empty.
func (e *editor) send(r route) (*http.Response, string) {
	e.t.Helper()
	request, err := http.NewRequestWithContext(e.t.Context(), r.method, e.url+r.path(), nil)
	if err != nil {
		e.t.Fatal(err)
	}
	if r.method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	response, body := e.do(request)
	return response, string(body)
}

// heading is what a page says first.
func heading(t *testing.T, body string) string {
	t.Helper()
	return saidFirst(doc(t, body))
}

// saidFirst is the heading of a page, of an error's page with what follows it.
func saidFirst(page *goquery.Document) string {
	return strings.Join(page.Find("h1, h1 + .cause").Map(func(_ int, x *goquery.Selection) string { return x.Text() }), " ")
}

// isToLogin reports whether an answer leads to where one logs in, or tells a script to go there.
func isToLogin(response *http.Response) bool {
	to, err := url.Parse(response.Header.Get("Location"))
	return response.StatusCode == http.StatusSeeOther && err == nil && to.Path == LoginPath && !to.Query().Has("done") ||
		response.StatusCode == http.StatusUnauthorized && path.Ext(response.Request.URL.Path) == ".json"
}

// Every route against every role, and against nobody: who may not use it is told so before anything else is looked at.
func TestAccess(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, r := range routes(t, s.server) {
		least := r.least()
		if least == leastNobody {
			continue
		}
		response, body := s.nobody().send(r)
		if !isToLogin(response) {
			t.Errorf("%s of nobody: status %d, to %q, want the login: %s", r, response.StatusCode, response.Header.Get("Location"), heading(t, body))
		}
	}
	for _, role := range store.AccountRoles {
		e := s.as(role)
		for _, r := range routes(t, s.server) {
			least := r.least()
			isOpen := least == leastNobody || least == leastKnown
			if r.String() == "POST /desk/logout" || isOpen && !strings.HasPrefix(r.pattern, factorPath) {
				continue // changes who asks, or asks nobody; see the tests of the login
			}
			response, body := e.send(r)
			isRefused := response.StatusCode == http.StatusForbidden && strings.Contains(body, errorView{Message: errForbidden.message}.heading())
			switch {
			case isOpen || role.May(least):
				if isRefused || isToLogin(response) || response.StatusCode >= http.StatusInternalServerError {
					t.Errorf("%s of %s: status %d, want to be let in: %s", r, role, response.StatusCode, heading(t, body))
				}
			case !isRefused:
				t.Errorf("%s of %s: status %d, want 403 for the role: %s", r, role, response.StatusCode, heading(t, body))
			}
		}
	}
}

// Who must set up a second factor first is led there from everywhere else.
func TestAccessWithoutFactor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.store.AddAccount(t.Context(), "anna", store.RoleAdmin, "test"); err != nil {
		t.Fatal(err)
	}
	token, err := s.store.StartSession(t.Context(), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	anna := &editor{s, "anna", token}
	for _, r := range routes(t, s.server) {
		if least := r.least(); least == leastNobody || least == leastKnown {
			continue
		}
		if response, body := anna.send(r); response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != factorPath {
			t.Errorf("%s: status %d to %q, want to be led to %s: %s", r, response.StatusCode, response.Header.Get("Location"), factorPath, heading(t, body))
		}
	}
	anna.get(factorPath, http.StatusOK)
}

// contents returns a hash of each table's rows.
func contents(t *testing.T, db storetest.DB) map[string]string {
	t.Helper()
	pool := storetest.Pool(t, db.URL)
	column := func(sql string) (list []string) {
		rows, err := pool.Query(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			list = append(list, s)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return list
	}
	tables := map[string]string{}
	for _, table := range column(`SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`) {
		rows := column(fmt.Sprintf(`SELECT t::text FROM %s AS t ORDER BY 1`, table))
		sum := sha256.Sum256([]byte(strings.Join(rows, "\n")))
		tables[table] = fmt.Sprintf("%d rows, %s", len(rows), hex.EncodeToString(sum[:8]))
	}
	return tables
}

// No page writes: what is asked for by GET leaves every table as it was.
func TestPagesDoNotWrite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, nobody := s.as(store.RoleAdmin), s.nobody()
	link, err := s.store.MakeLink(t.Context(), admin.name, true, "test")
	if err != nil {
		t.Fatal(err)
	}
	before := contents(t, s.db)
	for _, r := range routes(t, s.server) {
		if r.method == http.MethodGet {
			admin.send(r)
			nobody.send(r)
		}
	}
	nobody.get(StartPath(link), http.StatusOK)
	admin.get(accountsOf(admin.name), http.StatusOK)
	for table, now := range contents(t, s.db) {
		if now != before[table] {
			t.Errorf("%s: before %s, after all pages %s", table, before[table], now)
		}
	}
}

// A form that another site has sent is refused before anything is looked at, with whatever a browser tells of its origin.
func TestForeignForms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	own := s.url
	before := contents(t, s.db)
	for _, r := range routes(t, s.server) {
		if r.method != http.MethodPost {
			continue
		}
		for _, site := range []string{"", "same-origin", "same-site", "cross-site", "none"} {
			for _, origin := range []string{"", own, "https://elsewhere.example", "null"} {
				request, err := http.NewRequestWithContext(t.Context(), r.method, s.url+r.path(), nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if site != "" {
					request.Header.Set("Sec-Fetch-Site", site)
				}
				if origin != "" {
					request.Header.Set("Origin", origin)
				}
				response, body := s.nobody().do(request)
				isForeign := site == "same-site" || site == "cross-site" || site == "" && origin != "" && origin != own
				isRefused := response.StatusCode == http.StatusForbidden && strings.Contains(string(body), "another site")
				if isRefused != isForeign {
					t.Errorf("%s, Sec-Fetch-Site %q, Origin %q: refused %v (status %d), want %v", r, site, origin, isRefused, response.StatusCode, isForeign)
				}
			}
		}
	}
	after := contents(t, s.db)
	delete(before, "throttles") // tries to log in are counted
	for table, was := range before {
		if after[table] != was {
			t.Errorf("%s: before %s, after all forms %s", table, was, after[table])
		}
	}
}

// The methods that a page is not asked for with are refused.
func TestMethods(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleAdmin)
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete, "PROPFIND"} {
		for _, pattern := range slices.Compact([]string{"/desk", accountPath, LoginPath}) {
			if response, _ := e.send(route{method, pattern}); response.StatusCode != http.StatusMethodNotAllowed && response.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s: status %d, want 405", method, pattern, response.StatusCode)
			}
		}
	}
}
