package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"counterclaim/internal/store"
	"counterclaim/internal/web/api"
)

// A caller is a program that speaks for an account.
type caller struct {
	*site
	c     *contract
	name  string
	token string // "" for none
}

// program returns a caller of a new account with a role.
func (c *contract) program(s *site, role store.Role) *caller {
	c.t.Helper()
	accounts, err := s.store.Accounts(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	p := &caller{site: s, c: c, name: fmt.Sprintf("%s-%d", role, len(accounts))}
	steps := []func() error{
		func() error { return s.store.AddAccount(c.t.Context(), p.name, role, "test") },
		func() error { return s.addFactor(p.name) },
		func() (err error) {
			p.token, err = s.store.MakeToken(c.t.Context(), p.name, "a test", 1)
			return err
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			c.t.Fatal(err)
		}
	}
	return p
}

// addFactor sets up a second factor for an account.
func (s *site) addFactor(name string) error {
	if err := s.store.BeginFactor(s.t.Context(), name); err != nil {
		return err
	}
	secret, err := s.store.PendingFactor(s.t.Context(), name)
	if err != nil {
		return err
	}
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		return err
	}
	_, err = s.store.ConfirmFactor(s.t.Context(), name, code, time.Now())
	return err
}

// A reply is an answer to a program.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// ask sends a request, holds the answer against the description and returns it. The body is JSON as text, or a value; nil for
// none. Headers are given as names and values by turns.
func (p *caller) ask(method, path string, body any, headers ...string) reply {
	p.t.Helper()
	var sent io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		sent = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			p.t.Fatal(err)
		}
		sent = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, sent)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, answer := p.do(r)
	bare, _, _ := strings.Cut(path, "?")
	if op, ok := p.c.desk[method+" "+p.c.pattern(method, bare)]; ok {
		p.c.checkAnswer(op, method+" "+path, response.StatusCode, response.Header, answer)
	}
	if got := response.Header.Get("Cache-Control"); got != "no-store" {
		p.t.Errorf("%s %s: Cache-Control %q", method, path, got)
	}
	if got := response.Header.Get("Access-Control-Allow-Origin"); got != "" {
		p.t.Errorf("%s %s is open to other sites: %q", method, path, got)
	}
	return reply{p.c.t, response.StatusCode, response.Header, answer}
}

// want asks, and fails the test if the status is another.
func (p *caller) want(status int, method, path string, body any, headers ...string) reply {
	p.t.Helper()
	answer := p.ask(method, path, body, headers...)
	if answer.status != status {
		p.t.Fatalf("%s %s: status %d, want %d\n%.2000s", method, path, answer.status, status, answer.body)
	}
	return answer
}

// object returns the body.
func (r reply) object() map[string]any {
	r.t.Helper()
	var o map[string]any
	if err := json.Unmarshal(r.body, &o); err != nil {
		r.t.Fatalf("%v: %.300s", err, r.body)
	}
	return o
}

// faults returns what is wrong, by pointer or else by location.
func (r reply) faults() map[string]string {
	r.t.Helper()
	var problem api.DeskProblem
	if err := json.Unmarshal(r.body, &struct {
		*api.DeskProblem
		Now any `json:"now"`
	}{DeskProblem: &problem}); err != nil {
		r.t.Fatalf("%v: %.300s", err, r.body)
	}
	faults := map[string]string{}
	for _, f := range problem.Errors {
		if f.Pointer != "" || f.Location == "body" {
			faults[f.Pointer] = f.Detail
		} else {
			faults[f.Location] = f.Detail
		}
	}
	return faults
}

const deskAPI = api.DeskPath

type object = map[string]any
type array = []any

// bridgeText is the text of an article that a program brings in.
const bridgeText = `The wardens of the bridge gave an account on Friday.
“No cart crossed the bridge that night,” the harbour master said.
The carters' guild answered on Saturday that eleven carts crossed before dawn, and that it has the names of all who drove them and of those who saw them pass.
Nobody has said who paid the tolls. The book of the wardens has no entry for the night, and the lamp at the toll house was not lit, for want of oil, until the Sunday after.
The wardens said that they would look again, and that the book would be shown to whoever wished to see it at the toll house on any day but a feast day.
The harbour master said that she had walked the bridge herself at midnight and at four.`

func newArticle(slug string) object {
	return object{
		"slug": slug, "outlet": "harbour-gazette", "identified": object{"basis": "given"}, "kind": "report", "headline": "A night on the bridge",
		"headline_by": "article", "language": "en", "published": object{"day": "2031-04-05", "basis": "given"}, "rights": "excerpt",
		"url": "https://gazette.example/2031/night",
	}
}

func newClaim(source, position string, words ...string) object {
	return object{
		"words": words, "source": source, "voice": "paraphrase", "chain": array{object{"by": "harbour-gazette", "role": "outlet"}},
		"issued": object{"day": "2031-04-05", "basis": "given"}, "stances": array{object{"fact": "night-carts", "position": position, "mode": "asserted"}},
	}
}

// TestDeskProgram has a program bring in an article, tag three claims, join two and publish, until readers see them.
func TestDeskProgram(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p := c.program(s, store.RoleEditor)

	p.want(201, "POST", deskAPI+"/facts", object{
		"slug": "night-carts", "dispute": "aldmouth-strait", "question": "Did carts cross the bridge in the night of 4 April 2031?", "kind": "yes-no",
		"status": object{"state": "developing"}, "positions": array{object{"slug": "none", "label": "No cart crossed"}, object{"slug": "some", "label": "Carts crossed"}},
	})
	article := newArticle("gazette-night")
	article["text"] = bridgeText
	brought := p.want(201, "POST", deskAPI+"/articles?why=from+the+wire", article)
	if got := brought.header.Get("Location"); got != deskAPI+"/articles/gazette-night" {
		t.Errorf("Location %q", got)
	}
	text := p.want(200, "GET", deskAPI+"/articles/gazette-night/text", nil).object()
	if text["capture"] != brought.object()["capture"] || text["full"] != true || !strings.Contains(text["text"].(string), "“No cart crossed the bridge that night,”") {
		t.Errorf("the text is %v", text)
	}

	claims := deskAPI + "/articles/gazette-night/claims"
	first := p.want(201, "POST", claims, newClaim("harbour-master", "none", "No cart crossed the bridge that night"))
	second := p.want(201, "POST", claims, newClaim("carters", "some", "eleven carts crossed before dawn"))
	before, _, _ := strings.Cut(text["text"].(string), "she had walked")
	start := len([]rune(before))
	third := newClaim("harbour-master", "none")
	delete(third, "words")
	third["capture"] = text["capture"]
	third["spans"] = array{object{"start": start, "end": start + len("she had walked the bridge herself at midnight and at four")}}
	if got := p.want(201, "POST", claims, third).object()["words"]; fmt.Sprint(got) != "[she had walked the bridge herself at midnight and at four]" {
		t.Errorf("the words of the spans are %q", got)
	}

	code, answer := first.object()["code"].(string), second.object()
	answer["counters"] = array{object{"to": code, "relation": "contradicts", "fact": "night-carts", "difference": "direct", "why": "Both speak of the same night."}}
	joined := p.want(200, "PUT", second.header.Get("Location"), answer, "If-Match", second.header.Get("ETag"))
	if joined.header.Get("ETag") == second.header.Get("ETag") {
		t.Error("the version of the joined claim has not changed")
	}
	early := p.want(200, "GET", deskAPI+"/preview?facts=night-carts", nil).object()["facts"].(array)[0].(object)
	unfinished := object{"facts": array{"night-carts"}, "reason": "Too early.", "kind": "update", "expect": object{"night-carts": early["expect"]}, "waiver": "One."}
	if got := p.want(422, "POST", deskAPI+"/publish", unfinished).faults()["/facts"]; !strings.Contains(got, "night-carts: background") || len(early["problems"].(array)) == 0 {
		t.Errorf("without a background: %q, preview %v", got, early["problems"])
	}
	fact := p.want(200, "GET", deskAPI+"/facts/night-carts", nil)
	changed := fact.object()
	changed["background"] = "The harbour master says that no cart crossed.[@" + code + "]"
	p.want(200, "PUT", deskAPI+"/facts/night-carts", changed, "If-Match", fact.header.Get("ETag"))

	preview := p.want(200, "GET", deskAPI+"/preview?facts=night-carts", nil).object()["facts"].(array)[0].(object)
	if preview["changed"] != true || len(preview["problems"].(array)) != 0 || len(preview["review"].(array)) == 0 {
		t.Fatalf("the preview is %v", preview)
	}
	publication := object{"facts": array{"night-carts"}, "reason": "A new article.", "kind": "update", "expect": object{"night-carts": preview["expect"]}}
	if got := p.want(409, "POST", deskAPI+"/publish", publication).object()["facts"]; fmt.Sprint(got) != "[night-carts]" {
		t.Errorf("unseen are %v", got)
	}
	publication["waiver"] = "One editor was on duty."
	edition := p.want(201, "POST", deskAPI+"/publish", publication).object()["editions"].(array)[0].(object)
	if edition["number"] != 1.0 || edition["changed"] != true || edition["page"] != "https://counterclaim.example/facts/night-carts/editions/1" {
		t.Errorf("the edition is %v", edition)
	}
	if got := p.want(409, "POST", deskAPI+"/publish", publication).object()["facts"]; fmt.Sprint(got) != "[night-carts]" {
		t.Errorf("outdated are %v", got)
	}
	s.heard()
	page := s.get("/facts/night-carts", 200)
	for _, want := range []string{"No cart crossed the bridge that night", "eleven carts crossed before dawn", "she had walked the bridge herself", "One editor was on duty."} {
		if !strings.Contains(page.Text(), want) {
			t.Errorf("readers do not see %q", want)
		}
	}
	if got := s.get("/claims/"+answer["code"].(string), 200).Text(); !strings.Contains(got, "eleven carts") {
		t.Error("readers do not see the page of the claim")
	}
}

// kindsOf has a noun of the sample for each kind.
var kindsOf = map[string]string{
	"disputes": "aldmouth-strait", "parties": "eastbank", "outlets": "strait-wire", "sources": "carters", "places": "long-bridge",
	"events": "hearing-june", "records": "toll-book", "facts": "swans-counted", "articles": "gazette-2031-03-15", "terms": "closure",
}

// TestDeskNouns reads, adds, changes and renames a noun of each kind.
func TestDeskNouns(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p := c.program(s, store.RoleEditor)
	p.want(201, "POST", deskAPI+"/terms", object{"slug": "closure", "dispute": "aldmouth-strait", "word": "closure", "used_by": array{"eastbank"}})
	for kind, slug := range kindsOf {
		at := deskAPI + "/" + kind + "/" + slug
		read := p.want(200, "GET", at, nil)
		noun, tag := read.object(), read.header.Get("ETag")
		if same := p.want(200, "PUT", at, noun, "If-Match", tag); same.header.Get("ETag") != tag || !bytes.Equal(same.body, read.body) {
			t.Errorf("%s: saved as it was it is another: %s", kind, same.body)
		}
		p.want(428, "PUT", at, noun)
		for _, bad := range []string{"4", `W/"1"`, `"x"`, `"-1"`, `"99999999999999999999"`, "*", `"1", "2"`} {
			if got := p.want(422, "PUT", at, noun, "If-Match", bad).faults(); got["header.If-Match"] == "" {
				t.Errorf("%s: If-Match %s: faults %v", kind, bad, got)
			}
		}
		stale := p.want(412, "PUT", at, noun, "If-Match", `"77"`)
		if now := stale.object()["now"]; fmt.Sprint(now) != fmt.Sprint(noun) || stale.header.Get("ETag") != tag {
			t.Errorf("%s: what is there now is %v, %s", kind, now, stale.header.Get("ETag"))
		}
		noun["slug"] = slug + "-too"
		added := p.want(201, "POST", deskAPI+"/"+kind, noun)
		if got := p.want(200, "GET", added.header.Get("Location"), nil).object()["slug"]; got != slug+"-too" {
			t.Errorf("%s: the new one is %q", kind, got)
		}
		if got := p.want(422, "POST", deskAPI+"/"+kind, noun).faults(); got["/slug"] == "" {
			t.Errorf("%s: the same again: faults %v", kind, got)
		}
		noun["slug"] = slug + "-three"
		if kind == "facts" {
			noun["key"] = slug + "-too" // what it is known by in the log for ever
		}
		moved := p.want(200, "PUT", at+"-too", noun, "If-Match", p.want(200, "GET", at+"-too", nil).header.Get("ETag"))
		if got := moved.header.Get("Location"); got != at+"-three" {
			t.Errorf("%s: renamed it is at %q", kind, got)
		}
		if got := p.want(404, "GET", at+"-too", nil).object()["detail"]; !strings.Contains(fmt.Sprint(got), slug+"-three") {
			t.Errorf("%s: the old address says %q", kind, got)
		}
		p.want(404, "GET", deskAPI+"/"+kind+"/nothing", nil)
		p.want(404, "PUT", deskAPI+"/"+kind+"/nothing", noun, "If-Match", `"1"`)
		delete(noun, "slug")
		if got := p.want(422, "POST", deskAPI+"/"+kind, noun).faults(); got["/slug"] == "" {
			t.Errorf("%s without a slug: faults %v", kind, got)
		}
	}
	for operation, op := range c.desk {
		isNoun := strings.Count(operation, "/") <= 5 && !strings.Contains(operation, "claims") && !strings.HasSuffix(operation, "/preview") && !strings.HasSuffix(operation, "/publish")
		if isNoun && !c.seen[op.OperationID+" 200"] && !c.seen[op.OperationID+" 201"] {
			t.Errorf("%s was never done", op.OperationID)
		}
	}
	fact := p.want(200, "GET", deskAPI+"/facts/bridge-open", nil)
	noun := fact.object()
	noun["positions"].(array)[1].(object)["label"] = strings.Repeat("long ", 60) + "."
	noun["status"] = object{"state": "asleep"}
	got := p.want(422, "PUT", deskAPI+"/facts/bridge-open", noun, "If-Match", fact.header.Get("ETag")).faults()
	if got["/positions/1/label"] == "" || !strings.Contains(got["/status/state"], "dormant") || len(got) != 2 {
		t.Errorf("faults %v", got)
	}
}

// TestDeskTokens asks every operation without a token, with tokens that are good for nothing, and for accounts of every role.
func TestDeskTokens(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	least := map[string]store.Role{}
	editors := []string{"/publish", "PUT /api/v1/desk/{kind}", "POST /api/v1/desk/{kind}", "DELETE"}
	for operation := range c.desk {
		least[operation] = store.RoleContributor
		method, path, _ := strings.Cut(operation, " ")
		isNoun := strings.Count(path, "/") <= 5 && !strings.Contains(path, "claims") && !strings.HasSuffix(path, "/preview")
		switch {
		case strings.HasSuffix(path, editors[0]), method == "DELETE", method == "PUT" && isNoun, method == "POST" && isNoun && !strings.HasSuffix(path, "/articles"):
			least[operation] = store.RoleEditor
		}
	}
	if len(least) < 30 {
		t.Fatalf("only %d operations", len(least))
	}
	address := func(operation string) (method, path string, body any) {
		method, path, _ = strings.Cut(operation, " ")
		if method == "POST" || method == "PUT" {
			body = "{}"
		}
		return method, strings.NewReplacer("{slug}", "nothing", "{code}", "000-0000").Replace(path), body
	}
	for _, role := range store.AccountRoles {
		p := c.program(s, role)
		for operation, needed := range least {
			method, path, body := address(operation)
			got := p.ask(method, path, body).status
			if allowed := role.May(needed); allowed == (got == 403) || got == 401 || got >= 500 || got < 400 {
				t.Errorf("%s for a %s: status %d", operation, role, got)
			}
		}
	}
	ended, disabled, lacking := c.program(s, store.RoleEditor), c.program(s, store.RoleEditor), c.program(s, store.RoleContributor)
	tokens, err := s.store.Tokens(t.Context(), ended.name)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.EndToken(t.Context(), ended.name, tokens[0].ID); err != nil {
		t.Fatal(err)
	}
	lacking.token += "x"
	if err := s.store.DisableAccount(t.Context(), disabled.name, "test"); err != nil {
		t.Fatal(err)
	}
	session, err := s.store.StartSession(t.Context(), c.program(s, store.RoleEditor).name, "a browser")
	if err != nil {
		t.Fatal(err)
	}
	nobody := &caller{site: s, c: c}
	for operation := range least {
		method, path, body := address(operation)
		for _, x := range []struct {
			p       *caller
			headers []string
			says    string
		}{
			{nobody, nil, `Bearer realm="desk"`},
			{nobody, []string{"Cookie", "desk=" + session + "; __Host-desk=" + session}, `Bearer realm="desk"`},
			{nobody, []string{"Authorization", "Basic " + session}, `Bearer realm="desk"`},
			{nobody, []string{"Authorization", "Bearer "}, `Bearer realm="desk"`},
			{nobody, []string{"Authorization", "Bearer " + strings.Repeat("a", 5000)}, `Bearer realm="desk"`},
			{nobody, []string{"Authorization", "Bearer " + session}, `Bearer realm="desk", error="invalid_token"`},
			{ended, nil, `Bearer realm="desk", error="invalid_token"`},
			{disabled, nil, `Bearer realm="desk", error="invalid_token"`},
			{lacking, nil, `Bearer realm="desk", error="invalid_token"`},
		} {
			if got := x.p.ask(method, path, body, x.headers...); got.status != 401 || got.header.Get("WWW-Authenticate") != x.says {
				t.Errorf("%s with %.60v: status %d, %s", operation, x.headers, got.status, got.header.Get("WWW-Authenticate"))
			}
		}
	}
}

// TestDeskFromElsewhere sends what browsers send for pages of other sites, and what programs send.
func TestDeskFromElsewhere(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p := c.program(s, store.RoleEditor)
	party := object{"slug": "third-bank", "name": "Third bank"}
	for _, headers := range [][]string{{"Origin", "https://elsewhere.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://elsewhere.example", "Sec-Fetch-Site", "same-site"}} {
		p.want(403, "POST", deskAPI+"/parties", party, headers...)
	}
	for _, path := range []string{"/parties", "/parties/eastbank"} {
		got := p.want(405, "OPTIONS", deskAPI+path, nil, "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "PUT")
		if want := map[string]string{"/parties": "POST", "/parties/eastbank": "GET, HEAD, PUT"}[path]; got.header.Get("Allow") != want {
			t.Errorf("%s allows %q, want %q", path, got.header.Get("Allow"), want)
		}
	}
	p.want(404, "GET", deskAPI+"/nothing", nil)
	long := p.want(200, "GET", deskAPI+"/facts/bridge-open", nil, "Accept-Encoding", "gzip, zstd", "Origin", "https://elsewhere.example")
	if got := long.header.Get("Content-Encoding"); got != "" || len(long.body) < 1024 {
		t.Errorf("%d bytes are sent in the encoding %q", len(long.body), got)
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""} {
		p.want(415, "POST", deskAPI+"/parties", party, "Content-Type", kind)
	}
	p.want(201, "POST", deskAPI+"/parties", party, "Content-Type", "application/json; charset=utf-8")
}
