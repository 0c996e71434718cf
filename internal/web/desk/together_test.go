package desk

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

func init() {
	for kind := range plurals {
		history := nounPath(kind, "{key}") + "/history"
		access["GET "+history] = store.RoleContributor
		access["GET "+history+"/{entry}"] = store.RoleEditor
		access["POST "+history+"/{entry}"] = store.RoleEditor
	}
	for _, route := range []string{
		"GET /desk/log", "GET /desk/inbox/{queue}", "GET /desk/drafts", "POST /desk/drafts", "GET /desk/drafts/drop", "POST /desk/drafts/drop", "POST /desk/assignments",
		"POST /desk/watches", "GET /desk/watches/desk", "GET /desk/watches/facts/{key}", "GET /desk/watches/sources/{key}",
		"GET /desk/watches/outlets/{key}", "GET /desk/requests", "GET /desk/complaints", "GET /desk/complaints/new",
		"POST /desk/complaints/new", "GET /desk/complaints/{id}", "POST /desk/complaints/{id}",
	} {
		access[route] = store.RoleContributor
	}
	access["POST /desk/complaints/{id}/erase"] = store.RoleEditor
}

// bridge starts a site whose desk holds the bridge.
func bridge(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	s.load(narrativetest.Bridge())
	return s
}

// sql runs a statement as the database's superuser.
func (s *site) sql(statement string) {
	s.t.Helper()
	if _, err := storetest.Pool(s.t, s.db.URL).Exec(s.t.Context(), statement); err != nil {
		s.t.Fatal(err)
	}
}

// rename saves the mayor's party under another name, by somebody else.
func (s *site) rename(name string) {
	s.t.Helper()
	key := store.NounKey{Kind: narrative.KindParty, Key: "upper-town"}
	n, err := s.store.Noun(s.t.Context(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	p := n.Doc.(narrative.Party)
	p.Name = name
	if _, err := s.store.Save(s.t.Context(), store.Edit{Doc: p, Was: n.Key, Version: n.Version, Actor: "bob", Why: "for <b>" + name}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) partyName() string {
	s.t.Helper()
	n, err := s.store.Noun(s.t.Context(), store.NounKey{Kind: narrative.KindParty, Key: "upper-town"})
	if err != nil {
		s.t.Fatal(err)
	}
	return n.Doc.(narrative.Party).Name
}

// one is what a page shows at a selector, with single spaces.
func one(doc *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(doc.Find(selector).First().Text()), " ")
}

// TestHistory reads the log of a noun and restores it from there, with a colleague in between.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	s.rename("Hill Town")
	e := s.as(store.RoleEditor)
	page := e.get("/desk/parties/upper-town/history", http.StatusOK)
	entry := one(page, ".desk-list li")
	for _, want := range []string{"bob changed the party upper-town", "for <b>Hill Town", "Name", "Upper Town", "Hill Town", "Restore as it was before this"} {
		if !strings.Contains(entry, want) {
			t.Errorf("the entry %q does not tell %q", entry, want)
		}
	}
	to := page.Find(".desk-list a[href*='side=before']").AttrOr("href", "")
	past := e.get(to, http.StatusOK)
	if got := one(past, ".differences"); got != "NamenowHill TownthenUpper Town" {
		t.Errorf("the difference is %q", got)
	}
	form := past.Find("form")
	action, fields := form.AttrOr("action", ""), fieldsOf(form)
	fields.Set("why", "the name on its seal")
	s.rename("Hilltown")
	stale, _ := e.post(action, fields, http.StatusConflict)
	if got := one(stale, ".problems h2"); got != "Somebody else has saved this since" || s.partyName() != "Hilltown" {
		t.Errorf("a stale restoration says %q, the name is %q", got, s.partyName())
	}
	form = stale.Find("form")
	again := fieldsOf(form)
	if again.Get("why") != "the name on its seal" {
		t.Errorf("the reason is gone: %q", again.Get("why"))
	}
	_, to = e.post(action, again, http.StatusSeeOther)
	if s.partyName() != "Upper Town" {
		t.Errorf("restored to %q", s.partyName())
	}
	page = e.get(to, http.StatusOK)
	if got := one(page, ".desk-list li"); !strings.Contains(got, e.name+" restored the party") || !strings.Contains(got, "the name on its seal") {
		t.Errorf("the log says %q", got)
	}
	if n := page.Find("[role=status]").Text(); n != "Restored." {
		t.Errorf("done %q", n)
	}
	// A contributor reads the log and restores nothing.
	if links := s.as(store.RoleContributor).get("/desk/parties/upper-town/history", http.StatusOK).Find("a[href*='side=']").Length(); links > 0 {
		t.Errorf("a contributor is offered %d restorations", links)
	}
}

// TestHistoryOfClaim restores a claim that was changed and tells of one that is gone.
func TestHistoryOfClaim(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleEditor)
	c, err := s.store.DeskClaim(t.Context(), narrativetest.Worried)
	if err != nil {
		t.Fatal(err)
	}
	edit := store.ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: c.Version, Actor: "bob"}
	edit.Claim.Note = "doubtful"
	if _, err := s.store.SaveClaim(t.Context(), edit); err != nil {
		t.Fatal(err)
	}
	history := "/desk/claims/" + narrativetest.Worried + "/history"
	to := e.get(history, http.StatusOK).Find("a[href*='side=before']").AttrOr("href", "")
	form := e.get(to, http.StatusOK).Find("form")
	e.post(form.AttrOr("action", ""), fieldsOf(form), http.StatusSeeOther)
	if c, err = s.store.DeskClaim(t.Context(), narrativetest.Worried); err != nil || c.Note != "" {
		t.Errorf("the note is %q (%v)", c.Note, err)
	}
	if _, err := s.store.DeleteClaim(t.Context(), narrativetest.Worried, c.Version, "bob", "twice"); err != nil {
		t.Fatal(err)
	}
	page := e.get(history, http.StatusOK)
	if !strings.Contains(one(page, ".history"), "is not at the desk any more") || page.Find("a[href*='side=before']").Length() == 0 {
		t.Errorf("the log of a claim that is gone: %q", one(page, ".history"))
	}
}

// TestHistoryAddresses asks for logs that there are not.
func TestHistoryAddresses(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	s.rename("Hill Town")
	e := s.as(store.RoleEditor)
	for _, path := range []string{
		"/desk/parties/nowhere/history", "/desk/parties/UPPER/history", "/desk/claims/xyz/history", "/desk/claims/AAA-AAA9/history",
		"/desk/parties/upper-town/history?before=x", "/desk/parties/upper-town/history?before=-1", "/desk/parties/upper-town/history/x?side=before",
		"/desk/parties/upper-town/history/99?side=before", "/desk/parties/upper-town/history/1", "/desk/log?before=x", "/desk/inbox/x", "/desk/inbox/mine?page=x",
		"/desk/inbox/mine?page=11", "/desk/requests?after=x", "/desk/complaints?before=x", "/desk/complaints/x", "/desk/complaints/01", "/desk/complaints/7",
		"/desk/watches/facts/bridge-open", "/desk/watches/desk",
	} {
		e.get(path, http.StatusNotFound)
	}
	for _, query := range []string{"who=%00", "who=%ff", "who=" + strings.Repeat("a", 50), "kind=x", "day=tomorrow", "day=2024-02-31", "day=0000-01-01"} {
		page := e.get("/desk/log?"+query, http.StatusUnprocessableEntity)
		name, _, _ := strings.Cut(query, "=")
		if page.Find("#f-"+name+"-errors").Length() != 1 {
			t.Errorf("%s: the field is not named", query)
		}
	}
	if got := one(e.get("/desk/log?who=bob&kind=party&day=", http.StatusOK), ".desk-list"); !strings.Contains(got, "bob changed the party Hill Town") {
		t.Errorf("the log says %q", got)
	}
	if n := e.get("/desk/log?who=nobody", http.StatusOK).Find(".desk-list li").Length(); n != 0 {
		t.Errorf("%d entries of nobody", n)
	}
}

// TestInboxPage shows what waits, to who may see it.
func TestInboxPage(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleContributor)
	s.sql(`UPDATE claims SET preset = '{voice}'`)
	if err := s.store.Assign(t.Context(), store.Assignment{NounKey: store.NounKey{Kind: narrative.KindPlace, Key: "bridge"}, Account: e.name, Note: "names <b>", By: "bob"}); err != nil {
		t.Fatal(err)
	}
	page := e.get("/desk", http.StatusOK)
	var titles []string
	page.Find("h2").Each(func(_ int, h *goquery.Selection) {
		titles = append(titles, strings.Join(strings.Fields(h.Text()), " "))
	})
	if got, want := strings.Join(titles, "; "), "Assigned to you 1; Claims to complete 4; Facts with changes waiting 1"; got != want {
		t.Errorf("the inbox has %q, want %q", got, want)
	}
	page.Find(".desk-list a").Each(func(_ int, a *goquery.Selection) {
		if href := a.AttrOr("href", ""); !strings.HasPrefix(href, "/desk/") {
			t.Errorf("a link leads to %q", href)
		}
	})
	if !strings.Contains(one(page, ".inbox"), "names <b>") {
		t.Error("the note of the assignment is not shown as it is")
	}
	if n := e.get("/desk/inbox/preset", http.StatusOK).Find(".desk-list li").Length(); n != 4 {
		t.Errorf("%d in the queue", n)
	}
	if got := s.as(store.RoleReader).get("/desk", http.StatusOK).Find(".inbox h2, .inbox form").Length(); got != 0 {
		t.Errorf("a reader sees %d parts", got)
	}
}

// TestAssignForm gives a noun to somebody, to nobody, and to what is no account.
func TestAssignForm(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleContributor)
	form := e.get("/desk/facts/bridge-open/history", http.StatusOK).Find("form.assign")
	fields := fieldsOf(form)
	fields.Set("account", e.name)
	fields.Set("note", " both sides ")
	fields.Set("due", "2024-05-01")
	_, to := e.post("/desk/assignments", fields, http.StatusSeeOther)
	back := fieldsOf(e.get(to, http.StatusOK).Find("form.assign"))
	if back.Get("account") != e.name || back.Get("note") != "both sides" || back.Get("due") != "2024-05-01" {
		t.Errorf("assigned: %v", back)
	}
	for name, bad := range map[string]string{"account": "somebody-else", "note": "a\x00", "due": "soon"} {
		wrong := maps.Clone(fields)
		wrong.Set(name, bad)
		page, _ := e.post("/desk/assignments", wrong, http.StatusUnprocessableEntity)
		if page.Find("#f-"+name+"-errors").Length() != 1 {
			t.Errorf("%s = %q: the field is not named", name, bad)
		}
	}
	for _, bad := range []url.Values{{}, {"kind": {"arrow"}, "key": {"x"}}, {"kind": {"fact"}, "key": {"nowhere"}, "account": {e.name}}, {"kind": {"fact"}, "key": {"a\x00"}}} {
		response, body := e.sendForm("/desk/assignments", bad)
		if response.StatusCode < 400 || response.StatusCode >= 500 {
			t.Errorf("%v: status %d\n%s", bad, response.StatusCode, body)
		}
	}
	fields.Set("account", "")
	e.post("/desk/assignments", fields, http.StatusSeeOther)
	if a, err := s.store.Assignment(t.Context(), store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"}); err != nil || a.Account != "" {
		t.Errorf("still assigned: %+v (%v)", a, err)
	}
}

// TestWatchPages watches a fact, sees what has changed, and notes that it was seen.
func TestWatchPages(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleContributor)
	form := e.get("/desk/facts/bridge-open/history", http.StatusOK).Find("form.watch")
	fields := fieldsOf(form)
	fields.Set("do", "watch")
	e.post("/desk/watches", fields, http.StatusSeeOther)
	if got := one(e.get("/desk/facts/bridge-open/history", http.StatusOK), "form.watch"); got != "Watch this fact no more" {
		t.Errorf("the button says %q", got)
	}
	s.sql(`INSERT INTO audit_log (actor, kind, key, action, why) VALUES ('bob', 'claim', '` + narrativetest.Open + `', 'change', 'a slip')`)
	page := e.get("/desk", http.StatusOK)
	if got := one(page, "[aria-labelledby=watched]"); !strings.Contains(got, "Was the mill bridge open? 1 change") {
		t.Errorf("the inbox says %q", got)
	}
	since := e.get(page.Find("[aria-labelledby=watched] a").AttrOr("href", ""), http.StatusOK)
	if got := one(since, ".desk-list li"); !strings.Contains(got, "bob changed the claim") || !strings.Contains(got, "a slip") {
		t.Errorf("what has changed: %q", got)
	}
	seen := fieldsOf(since.Find("form").First())
	seen.Set("do", "seen")
	e.post("/desk/watches", seen, http.StatusSeeOther)
	if n := e.get("/desk", http.StatusOK).Find("[aria-labelledby=watched]").Length(); n != 0 {
		t.Error("it is still new after it was seen")
	}
	fields.Set("do", "stop")
	e.post("/desk/watches", fields, http.StatusSeeOther)
	if n := e.get("/desk", http.StatusOK).Find("[aria-labelledby=still]").Length(); n != 0 {
		t.Error("it is still watched")
	}
	for _, bad := range []url.Values{
		{}, {"do": {"watch"}}, {"do": {"watch"}, "kind": {"place"}, "key": {"bridge"}}, {"do": {"watch"}, "kind": {"fact"}, "key": {"nowhere"}},
		{"do": {"watch"}, "kind": {"fact"}, "key": {"\xff\x00"}}, {"do": {"seen"}, "kind": {"fact"}, "key": {"bridge-open"}, "upto": {"now"}},
		{"do": {"seen"}, "kind": {"fact"}, "key": {"bridge-open"}, "upto": {"0000-01-01T00:00:00Z"}},
	} {
		if response, body := e.sendForm("/desk/watches", bad); response.StatusCode < 400 || response.StatusCode >= 500 {
			t.Errorf("%v: status %d\n%s", bad, response.StatusCode, body)
		}
	}
	fields.Set("do", "watch")
	fields.Set("next", "https://elsewhere.example/")
	if _, to := e.post("/desk/watches", fields, http.StatusSeeOther); to != "/desk?done=watched" {
		t.Errorf("led on to %q", to)
	}
}

// sendForm sends a form and returns the answer, whatever it is.
func (e *editor) sendForm(path string, fields url.Values) (*http.Response, []byte) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.url+path, strings.NewReader(fields.Encode()))
	if err != nil {
		e.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return e.do(r)
}

// TestRequestsPage lists requests for comment, and readers see them.
func TestRequestsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := narrativetest.Bridge()
	c.Facts[0].Requests = []narrative.Request{
		{To: "council", Question: "Who closed [[bridge]]?", Event: "talks", Asked: "2024-03-07T10:00+02:00", By: "e-mail", Deadline: "2024-03-08T10:00Z", State: narrative.RequestOpen},
		{To: "mayor", Question: "Why?", Asked: "2024-03-07T10:00Z", By: "letter", State: narrative.RequestNone, Settled: "2024-03-09T18:00Z"},
	}
	s.load(c)
	e := s.as(store.RoleContributor)
	open, all := e.get("/desk/requests", http.StatusOK), e.get("/desk/requests?show=all", http.StatusOK)
	if got := one(open, ".desk-list li"); got != "Lower Town council, asked on 7 March 2024, 10:00 UTC+02:00: open; deadline 8 March 2024, 10:00 UTC The deadline is over.Was the mill bridge open?invented for practice" {
		t.Errorf("an open request: %q", got)
	}
	if open.Find(".desk-list li").Length() != 1 || all.Find(".desk-list li").Length() != 2 {
		t.Errorf("%d open of %d", open.Find(".desk-list li").Length(), all.Find(".desk-list li").Length())
	}
	if _, err := s.store.Publish(t.Context(), store.Publication{Reason: "first words", Kind: edition.Update, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	if got := s.nobody().get("/facts/bridge-open", http.StatusOK).Text(); !strings.Contains(got, "No answer had come by 9 March 2024, 18:00 UTC.") {
		t.Error("readers do not see what came of a request")
	}

	// A new one begins in the form of the fact that is chosen, by its short name or its question.
	if got := open.Find("form[action='/desk/requests'] input[name=fact][data-choose=fact]").Length(); got != 1 {
		t.Errorf("%d fields to choose the fact of a new request", got)
	}
	for _, text := range []string{"bridge-open", string(c.Facts[0].Question)} {
		at := "/desk/requests?fact=" + url.QueryEscape(text)
		if response, _ := e.submitGet(at); response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/desk/facts/bridge-open#f-requests" {
			t.Errorf("%s: status %d to %q", at, response.StatusCode, response.Header.Get("Location"))
		}
	}
	if e.get("/desk/facts/bridge-open", http.StatusOK).Find("#f-requests").Length() != 1 {
		t.Error("the form of the fact has no such place")
	}
	for _, text := range []string{"", "bridge-opne", "a%00", "%ff", strings.Repeat("x", 301), "a&fact=b"} {
		page := e.get("/desk/requests?fact="+text, http.StatusUnprocessableEntity)
		if page.Find("#f-fact-errors").Length() != 1 || one(page, ".desk-list li") == "" {
			t.Errorf("%q: the field is not named, or the list is gone", text)
		}
	}
}

// TestComplaintForm takes a complaint through the desk.
func TestComplaintForm(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleEditor)
	if _, err := s.store.Publish(t.Context(), store.Publication{Reason: "first words", Kind: edition.Update, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	fields := fieldsOf(e.get("/desk/complaints/new?about=/facts/bridge-open", http.StatusOK).Find("form[data-draft]"))
	if fields.Get("about") != "/facts/bridge-open" || fields.Get("received") == "" {
		t.Errorf("a new form holds %v", fields)
	}
	fields.Set("about", "https://counterclaim.example/facts/bridge-open?view=rows")
	fields.Set("sender", "Quizzel")
	fields.Set("words", "<script>It was open.\r\nSays Quizzel.")
	fields.Set("outcome", "note")
	page, _ := e.post("/desk/complaints/new", fields, http.StatusUnprocessableEntity)
	if page.Find("#f-reason-errors").Length() != 1 || fieldsOf(page.Find("form[data-draft]")).Get("sender") != "Quizzel" {
		t.Error("the missing reason is not named, or the text is lost")
	}
	fields.Set("outcome", "")
	_, to := e.post("/desk/complaints/new", fields, http.StatusSeeOther)
	to, _, _ = strings.Cut(to, "?")
	mine, theirs := fieldsOf(e.get(to, http.StatusOK).Find("form[data-draft]")), fieldsOf(e.get(to, http.StatusOK).Find("form[data-draft]"))
	if mine.Get("about") != "/facts/bridge-open?view=rows" || mine.Get("words") != "<script>It was open.\nSays Quizzel." {
		t.Errorf("saved as %v", mine)
	}
	theirs.Set("answer", "Thank you.")
	e.post(to, theirs, http.StatusSeeOther)
	mine.Set("outcome", "correction")
	mine.Set("fact", "bridge-open")
	mine.Set("edition", "1")
	page, _ = e.post(to, mine, http.StatusConflict)
	if got := page.Find(".theirs").Text(); !strings.Contains(got, "Thank you.") {
		t.Errorf("what somebody else has saved is not shown: %q", got)
	}
	again := fieldsOf(page.Find("form[data-draft]"))
	again.Set("answer", "Thank you.")
	e.post(to, again, http.StatusSeeOther)
	wipe := e.get(to, http.StatusOK).Find("form[action$=erase]")
	e.post(wipe.AttrOr("action", ""), url.Values{versionField: {"1"}}, http.StatusConflict)
	e.post(wipe.AttrOr("action", ""), fieldsOf(wipe), http.StatusSeeOther)
	left := e.get(to, http.StatusOK).Text()
	if strings.Contains(left, "Quizzel") || !strings.Contains(left, "corrected in edition 1 of “") {
		t.Errorf("after the erasure: %q", left)
	}
	if got := one(e.get("/desk/complaints?show=all", http.StatusOK), ".desk-list li"); !strings.Contains(got, "corrected in edition 1") {
		t.Errorf("the list says %q", got)
	}
	if strings.Contains(s.log.String(), "Quizzel") {
		t.Error("the server's log has the sender")
	}
}

// TestComplaintHostile sends what no browser does.
func TestComplaintHostile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	good := fieldsOf(e.get("/desk/complaints/new", http.StatusOK).Find("form[data-draft]"))
	good.Set("about", "/facts/x")
	good.Set("words", "words")
	for _, name := range complaintFields {
		for what, values := range map[string][]string{"missing": nil, "twice": {"a", "a"}, "NUL": {"a\x00"}, "no UTF-8": {"\xff"}, "large": {strings.Repeat("x", 1<<19)}} {
			fields := maps.Clone(good)
			fields[name] = values
			response, body := e.sendForm("/desk/complaints/new", fields)
			page, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != http.StatusUnprocessableEntity || page.Find("#f-"+name+"-errors").Length() != 1 {
				t.Errorf("%s %s: status %d, or the field is not named", name, what, response.StatusCode)
			}
		}
	}
	if p, err := s.store.Complaints(t.Context(), false, 0); err != nil || len(p.Complaints) > 0 {
		t.Errorf("%d complaints were saved (%v)", len(p.Complaints), err)
	}
	many := url.Values{}
	for i := range 10_000 {
		many.Set("f"+strconv.Itoa(i), "x")
	}
	if response, _ := e.sendForm("/desk/complaints/new", many); response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("10,000 fields: status %d", response.StatusCode)
	}
}
