package desk

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// A sweepSite is a site on which a real thing stands behind every route of the desk, for tests that go through all of them.
type sweepSite struct {
	*site
	admin, reviewer, editor, contributor, reader *editor

	login   string            // cookie of a login that waits for its code
	unready string            // session of an editor who has yet to set up the second factor
	things  map[string]string // the key of the thing, by what the pattern has before its first blank
	entries map[string]string // an entry of a thing's log that can be restored, by the same
	own     map[string]string // addresses of routes that need another thing, or a query
	more    []string          // addresses of pages that show something else than those of the routes
}

// older is the bridge as it was at first: the log of each kind of noun has an entry with a difference.
func older() narrative.Collection {
	c := narrativetest.Bridge()
	c.Disputes[0].Title = "The bridge at the mill"
	c.Parties[1].Name = "The Upper Town"
	c.Outlets[0].Name = "Courier"
	c.Sources[2].Name = "the mayor of Upper Town"
	c.Places[0].Shown = "the bridge"
	c.Terms[0].Plain = "closure"
	c.Events[0].Title = "Talks"
	c.Records[0].Title = "A toll book"
	c.Facts[0].Question = "Was [[bridge]] closed?"
	c.Articles[0].Headline = "Quarrel over the bridge"
	c.Articles[0].Blocks[0].Claims[0].Note = "The tape is better."
	return c
}

// swept is the bridge with what its forms and lists can hold besides: requests for comment, a second fact, names without an
// end or from right to left, and an article of which nobody has tagged anything.
func swept() narrative.Collection {
	c := narrativetest.Bridge()
	c.Parties = append(c.Parties, narrative.Party{Slug: "endless", Name: "A town of a name without an end, as long as any that was ever written on a map of these hills"})
	c.Sources = append(c.Sources, narrative.Source{Slug: "rais", Name: "رئيس بلدية المدينة العليا", Kind: narrative.Person, Party: "upper-town"})
	c.Records[0].BearsOn = append(c.Records[0].BearsOn, narrative.Bearing{Fact: "toll-paid"})
	c.Facts[0].Requests = []narrative.Request{
		{To: "council", Question: "Who closed [[bridge]]?", Event: "talks", Asked: "2024-03-07T10:00+02:00", By: "e-mail", Deadline: "2024-03-08T10:00Z", State: narrative.RequestOpen},
		{To: "mayor", Question: "Why?", Asked: "2024-03-07T10:00Z", By: "letter", State: narrative.RequestNone, Settled: "2024-03-09T18:00Z"},
	}
	c.Facts = append(c.Facts, narrative.Fact{
		Slug: "toll-paid", Dispute: "mill-bridge", Question: "Was the toll paid?", Kind: narrative.YesNo, Background: "The book counts carts [@toll-book].",
		Status:    narrative.FactStatus{State: narrative.Dormant},
		Positions: []narrative.Position{{Slug: "paid", Label: "It was paid."}, {Slug: "owed", Label: "It is owed."}},
	})
	claims := c.Articles[0].Blocks[0].Claims
	claims[0].Stances = append(claims[0].Stances, narrative.Stance{Fact: "toll-paid", Position: "owed", Mode: narrative.Asserted})
	claims[1].Stances = append(claims[1].Stances, narrative.Stance{Fact: "bridge-open", Aspect: "by-whom", Position: "by-nobody", Mode: narrative.Asserted},
		narrative.Stance{Fact: "toll-paid", Position: "paid", Mode: narrative.Asserted})
	a := c.Articles[0]
	a.Slug, a.URL, a.ReadFor, a.Blocks = untold, "https://courier.example/untold", nil, nil
	c.Articles = append(c.Articles, a)
	return c
}

// newSweepSite starts a desk of which every page has something to show.
func newSweepSite(t testing.TB) *sweepSite {
	t.Helper()
	s := &sweepSite{site: newSite(t), things: map[string]string{}, entries: map[string]string{}, own: map[string]string{}}
	s.admin, s.reviewer, s.editor = s.as(store.RoleAdmin), s.as(store.RoleReviewer), s.as(store.RoleEditor)
	s.contributor, s.reader = s.as(store.RoleContributor), s.as(store.RoleReader)
	s.bringIn()
	s.publish("first words")
	s.takeIn()
	s.workOn()
	s.propose()
	s.together()
	s.accounts()
	return s
}

// must fails the test for an error.
func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// bringIn puts the bridge on the desk, with a log, and a noun of each kind behind the routes of its kind.
func (s *sweepSite) bringIn() {
	s.t.Helper()
	nouns := maps.Clone(sampleNouns)
	nouns[narrative.KindClaim] = narrativetest.Closed
	var keys []store.NounKey
	for kind, key := range nouns {
		keys = append(keys, store.NounKey{Kind: kind, Key: key})
	}
	was := narrative.Collection{}
	for _, c := range []narrative.Collection{older(), swept()} {
		s.must(s.store.Import(s.t.Context(), "bob", "from the files", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
			changes, err := store.ChangesOf(was, c, keys)
			return store.Plan{Write: c, Changes: changes}, err
		}))
		was = c
	}
	for _, key := range keys {
		log, err := s.store.NounLog(s.t.Context(), key, 0)
		s.must(err)
		s.things[nounPath(key.Kind, "")] = key.Key
		s.entries[nounPath(key.Kind, "")] = strconv.FormatInt(log.Entries[0].ID, 10)
		s.own["GET "+historyPath(key.Kind, "{key}")+"/{entry}"] = historyPath(key.Kind, key.Key) + "/" + s.entries[nounPath(key.Kind, "")] + "?side=before"
	}
	s.capture(untold, untoldText)
}

// takeIn has articles come in: one that became an article and has changed since, so that claims of it wait; one that is like
// it, one from a file, one that a feed announces and one that was put away.
func (s *sweepSite) takeIn() {
	s.t.Helper()
	e := s.contributor
	text := ferryText + "The keeper of the lock went home early, and nobody knows when he will come back to it.\n" +
		"The weather was fine all day long, the paper wrote, and the river was low.\n"
	ferry := e.confirmed(text)
	s.site.tag(ferry, "The ferry on the river was stopped at the lock on Monday")
	figure := s.site.tag(ferry, "12 boats had been waiting since the morning")
	s.site.tag(ferry, "The keeper of the lock went home early")
	s.site.tag(ferry, "The weather was fine all day long, the paper wrote, and the river was low")
	newer := strings.NewReplacer("12 boats", "14 boats", "The keeper of the lock went home early, and nobody knows when he will come back to it.\n", "",
		"the river was low", "the river stood low").Replace(text)
	s.sql(`UPDATE arrivals SET format = 'transcript' WHERE article = '` + string(ferry) + `'`)
	s.must(s.store.SetEmbargo(s.t.Context(), ferry, time.Now().Add(24*time.Hour), e.name, "as its sender asks"))
	e.recapture(ferry, "A line in front of it all that was not there before.\n"+newer)
	for _, page := range []string{"captures", "captures/new", "archive", "reanchor", "recording", "embargo"} {
		path := "/desk/articles/" + string(ferry) + "/" + page
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			s.own[method+" /desk/articles/{slug}/"+page] = path
		}
	}
	s.own["POST /desk/claims/{code}/reanchor"] = reanchorClaimPath(figure.Code)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		s.own[method+" /desk/articles/{slug}/tag"] = untoldPath
	}

	_, file := e.upload(newArticlePath, url.Values{"way": {wayFile}}, "lock.txt", "text/plain", []byte(untoldText), http.StatusSeeOther)
	file, _, _ = strings.Cut(file, "?")
	s.own["GET /desk/arrivals/{id}/original"] = file + "/original"
	s.own["GET /desk/arrivals/{id}/recording"] = file + "/recording"
	s.sql(`INSERT INTO media (arrival, media_type, body, sha256) SELECT max(id), 'audio/mpeg', 'ID3'::bytea, sha256('ID3') FROM arrivals`)
	s.more = append(s.more, file+"?split=1")
	s.things[arrivalsPath+"/"] = strings.TrimPrefix(e.paste(strings.Replace(ferryText, "12 boats", "13 boats", 1), url.Values{"byline": {"By Ann Other"}}), arrivalsPath+"/")
	away := e.paste("Nothing to do with it\nThe mayor of the town over the hill has opened a library, which holds a thousand books, on Friday.\n", nil)
	e.post(away+"/dismiss", nil, http.StatusSeeOther)
	s.own["POST /desk/arrivals/{id}/out"] = away + "/out"

	feed, err := s.store.Subscribe(s.t.Context(), "https://example.org/feed", s.editor.name)
	s.must(err)
	_, err = s.store.List(s.t.Context(), feed, "River Gazette", "", []store.Announced{
		{ID: "a1", URL: "https://example.org/ferry", Title: "Ferry stops", Summary: "At the lock", Published: time.Date(2024, 3, 4, 10, 0, 0, 0, time.UTC)},
	})
	s.must(err)
	broken, err := s.store.Subscribe(s.t.Context(), "https://down.example/feed", s.editor.name)
	s.must(err)
	_, err = s.store.List(s.t.Context(), broken, "", "The server cannot be reached.", nil)
	s.must(err)
	s.things[subscriptionsPath+"/"] = strconv.FormatInt(feed, 10)
	listed, _, err := s.store.Arrivals(s.t.Context(), store.ArrivalListed, 0)
	s.must(err)
	s.own["POST /desk/arrivals/{id}/fetch"] = arrivalPath(listed[0].ID) + "/fetch"
}

// workOn tags a claim, and changes a published fact between two editions for the newsroom.
func (s *sweepSite) workOn() {
	s.t.Helper()
	s.editor.tag("The bridge has been shut since Monday", "council", "/closed")
	for i, question := range []narrative.Markup{"Was [[bridge]] open to carts?", "Was [[bridge]] open to carts and riders?"} {
		s.editor.change(func(f *narrative.Fact) { f.Question = question })
		_, err := s.store.MakeNewsroomEdition(s.t.Context(), bridgeOpen, s.editor.name, "before the conference of "+[]string{"Monday", "Tuesday"}[i])
		s.must(err)
	}
	s.sql(`UPDATE claims SET preset = '{voice,basis}' WHERE code = '` + narrativetest.Worried + `'`)
	s.own["GET "+publishPath] = publishPath + "?facts=bridge-open"
	s.own["GET /desk/search.json"] = "/desk/search.json?kind=source&q=may"
	s.own["GET /desk/words.json"] = "/desk/words.json?text=siege&dispute=mill-bridge"
}

// propose has the contributor propose a change of a noun, a new noun, and a change of a claim. The latter two are other pages.
func (s *sweepSite) propose() {
	s.t.Helper()
	c := s.contributor
	c.get(proposalsPath, http.StatusOK)
	_, fields := c.formPage(narrative.KindTerm, "siege")
	fields.Set("plain", "closing")
	fields.Set(whyField, "plainer")
	c.post(nounPath(narrative.KindTerm, "siege"), fields, http.StatusSeeOther)
	s.things[proposalsPath+"/"] = path.Base(c.listed(0).AttrOr("href", ""))
	fields = fieldsOf(c.get(newPath(narrative.KindParty), http.StatusOK).Find("form.noun"))
	fields.Set("name", "The ferrymen")
	c.post(newPath(narrative.KindParty), fields, http.StatusSeeOther)
	s.more = append(s.more, c.listed(0).AttrOr("href", ""))
	fields = c.tagFields(nounPath(narrative.KindClaim, narrativetest.Closed))
	fields.Set("note", "A note of a contributor’s.")
	c.post(nounPath(narrative.KindClaim, narrativetest.Closed), fields, http.StatusSeeOther)
	s.more = append(s.more, c.listed(0).AttrOr("href", ""))
}

// together leaves what editors leave to one another: watches, an assignment, a draft, a complaint. All of it is the admin's.
func (s *sweepSite) together() {
	s.t.Helper()
	ctx, name := s.t.Context(), s.admin.name
	watches := watchesPath + "/"
	for _, kind := range []narrative.Kind{narrative.KindFact, narrative.KindSource, narrative.KindOutlet} {
		key := sampleNouns[kind]
		s.must(s.store.Watch(ctx, name, store.NounKey{Kind: kind, Key: key}))
		s.things[watches+plurals[kind]+"/"] = key
	}
	s.must(s.store.Watch(ctx, name, store.NounKey{Kind: store.KindDesk}))
	fact := store.NounKey{Kind: narrative.KindFact, Key: bridgeOpen}
	s.must(s.store.Assign(ctx, store.Assignment{NounKey: fact, Account: name, Note: "before Friday", Due: "2024-05-01", By: s.editor.name}))
	s.must(s.store.KeepDraft(ctx, name, store.Draft{Form: complaintForm, Fields: url.Values{"words": {"It was open."}}}))
	s.own["GET "+dropPath] = dropHref(complaintForm, true)
	s.rename("Hill Town")
	s.things[inboxPath+"/"] = string(store.QueuePreset)
	for _, c := range []store.Complaint{
		{Sender: "A reader", Words: "It was open.\nI was there.", Outcome: store.OutcomeNone, Reason: "It says so."},
		{Sender: "Another reader", Words: "It was shut.", Answer: "Thank you. We look at it."},
	} {
		c.ReceivedAt, c.About = time.Now(), "/facts/bridge-open"
		saved, err := s.store.SaveComplaint(ctx, c, s.editor.name)
		s.must(err)
		s.things[complaintsPath+"/"] = strconv.FormatInt(saved.ID, 10)
	}
}

// accounts gives the admin what an account can have, and begins what begins one.
func (s *sweepSite) accounts() {
	s.t.Helper()
	ctx := s.t.Context()
	_, err := s.store.MakeToken(ctx, s.admin.name, "the wire's robot", 30)
	s.must(err)
	_, err = s.store.MakeToken(ctx, s.contributor.name, "a reader of feeds", 30)
	s.must(err)
	for _, device := range []string{"Firefox on Linux", "Safari on iPhone"} {
		_, err = s.store.StartSession(ctx, s.admin.name, device)
		s.must(err)
		_, err = s.store.StartSession(ctx, s.contributor.name, device)
		s.must(err)
	}
	s.must(s.store.AddAccount(ctx, "newcomer", store.RoleEditor, s.admin.name))
	s.must(s.store.AddAccount(ctx, "gone", store.RoleContributor, s.admin.name))
	s.must(s.store.DisableAccount(ctx, "gone", s.admin.name))
	link, err := s.store.MakeLink(ctx, "newcomer", false, s.admin.name)
	s.must(err)
	s.login, err = s.store.BeginLogin(ctx, s.reviewer.name)
	s.must(err)
	s.must(s.store.AddAccount(ctx, "unready", store.RoleEditor, s.admin.name))
	s.must(s.store.BeginFactor(ctx, "unready"))
	s.unready, err = s.store.StartSession(ctx, "unready", "Firefox on Linux")
	s.must(err)
	for _, queue := range []store.Queue{store.QueueMine, store.QueueArrivals, store.QueueAdrift, store.QueueWaiting} {
		s.more = append(s.more, inboxPath+"/"+string(queue))
	}
	s.more = append(s.more, tagPath("bridge-closed"), "/desk/parties/upper-town/merge?into=lower-town", "/desk/claims/"+narrativetest.Closed+"/merge?into="+narrativetest.Own,
		arrivalsPath+"?state=listed", arrivalsPath+"?state=confirmed", complaintsPath+"?show=all", complaintForm+"?draft=take", requestsPath+"?show=all",
		bridgeNewsroom+"/2/changes?since=1", publishPath, "/report", "/report?about=/facts/bridge-open", "/report/sent?number=1&about=/facts/bridge-open")
	s.things[StartPath("")] = link
	s.things[accountsPath+"/"] = s.contributor.name
	s.own["POST "+accountsPath+"/{name}/enable"] = accountsOf("gone") + "/enable"
}

// path returns the address of a real thing that a route leads to. For a route of which the site has none the test fails, and
// names it.
func (s *sweepSite) path(r route) string {
	s.t.Helper()
	if own, ok := s.own[r.String()]; ok {
		return own
	}
	before, _, isOpen := strings.Cut(r.pattern, "{")
	if !isOpen {
		return r.pattern
	}
	path := strings.Replace(r.pattern, blank.FindString(r.pattern), s.things[before], 1)
	path = strings.Replace(path, "{entry}", s.entries[before], 1)
	path = strings.Replace(path, "/newsroom/{number}", "/newsroom/2", 1)
	if s.things[before] == "" || blank.MatchString(path) || strings.HasSuffix(path, "/") {
		s.t.Errorf("%s: newSweepSite has nothing that this route leads to: add it there, and its address to things or own", r)
	}
	return path
}

// A sweptPage is a page of the desk as a test that goes through all of them asks for it.
type sweptPage struct {
	name, path string            // the name is the address as a file can have it
	cookies    map[string]string // of whoever asks for it
	isOwn      bool              // the page of a route, not another state of one
	isAlike    bool              // drawn by the same template as the page of another kind of noun, with no field that it has not
}

// cookies are those of a browser that is logged in as the editor.
func (e *editor) cookies() map[string]string { return map[string]string{plainCookie: e.token} }

// noPages are the routes that answer with something else than a page.
var noPages = []string{"GET /desk/search.json", "GET /desk/words.json", "GET /desk/arrivals/{id}/original", "GET /desk/arrivals/{id}/recording"}

// pages are all pages: those that nobody needs an account for, and then one for each route, and others besides in which a
// page has more to show. They are ordered by who sees them.
func (s *sweepSite) pages() []sweptPage {
	s.t.Helper()
	var list []sweptPage
	for _, r := range routes(s.t, s.server) {
		if r.method != http.MethodGet || slices.Contains(noPages, r.String()) {
			continue
		}
		p := sweptPage{path: s.path(r), cookies: s.admin.cookies(), isOwn: true}
		switch {
		case r.pattern == codePath:
			p.cookies = map[string]string{plainCookie + loginSuffix: s.login}
		case r.pattern == factorPath:
			p.cookies = map[string]string{plainCookie: s.unready}
		case r.pattern == proposalsPath:
			p.cookies = s.contributor.cookies()
		case r.least() == leastNobody:
			p.cookies = nil
		}
		p.isAlike = isAlike(r)
		list = append(list, p)
	}
	for _, path := range s.more {
		list = append(list, sweptPage{path: path, cookies: s.admin.cookies()})
	}
	for i, p := range list {
		list[i].name = strings.NewReplacer("/", "-", "?", "-", "&", "-", s.things[StartPath("")], "token").Replace(strings.TrimPrefix(p.path, "/"))
	}
	slices.SortStableFunc(list, func(a, b sweptPage) int { return strings.Compare(fmt.Sprint(a.cookies), fmt.Sprint(b.cookies)) })
	return list
}

// ofKind matches the pattern of a page of a noun, but for the form that it is changed with: of that each kind has its own.
var ofKind = regexp.MustCompile(`^/desk/([a-z]+)(/new|/\{[a-z]+\}/.+)?$`)

// isAlike reports whether a route's page is like that of a fact or a claim, which a browser looks at whole.
func isAlike(r route) bool {
	m := ofKind.FindStringSubmatch(r.pattern)
	if m == nil || m[1] == plurals[narrative.KindFact] || m[1] == plurals[narrative.KindClaim] || !slices.Contains(slices.Collect(maps.Values(plurals)), m[1]) {
		return false
	}
	_, own := access[r.String()]
	return !own || strings.Contains(r.pattern, "/history")
}

// testAddresses asks for every page: each is there. Every route of a form has an address too.
func (s *sweepSite) testAddresses(t *testing.T) {
	for _, r := range routes(t, s.server) {
		if path := s.path(r); slices.Contains(noPages, r.String()) {
			s.admin.get(path, http.StatusOK)
		}
	}
	for _, p := range s.pages() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+p.path, nil)
		s.must(err)
		for name, value := range p.cookies {
			request.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		if response, body := s.nobody().do(request); response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d to %q, want 200: %s", p.path, response.StatusCode, response.Header.Get("Location"), heading(t, string(body)))
		}
	}
}
