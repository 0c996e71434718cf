package desk

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// A sweptForm is one form that a page of the desk sends to a route, filled in so that it would be taken.
type sweptForm struct {
	to      string // where it is sent
	page    string // on which it stands; "" for what a script sends
	find    string // the form on the page; "" for the one that is sent there
	set     url.Values
	cookies map[string]string
	refused string // why a sound form is refused on this site, "" where it is taken
	files   bool   // it is sent as forms with files are

	fields url.Values         // as a browser sends them
	drawn  *goquery.Selection // the form itself, nil for none
}

// A hostileSite is a site with what is needed besides so that every form can be sent with success.
type hostileSite struct {
	*sweepSite
	typist  *editor // has a password, a second factor and a token; a contributor
	secret  string  // of the typist's second factor
	pending string  // of the one that the typist is setting up in its place
	fresh   string  // session of somebody who has a password and no second factor
	begun   string  // cookie of the typist's login that waits for its code
	recent  store.Claim
	other   map[narrative.Kind]string // a second noun of each kind, of which nothing speaks
	settled string                    // a complaint that can be erased
}

func newHostileSite(t *testing.T) *hostileSite {
	t.Helper()
	s := &hostileSite{sweepSite: newSweepSite(t), other: map[narrative.Kind]string{}}
	ctx := t.Context()
	s.typist = s.as(store.RoleContributor)
	s.must(s.store.SetPassword(ctx, s.typist.name, aPassword))
	s.secret = s.addFactor(s.typist.name)
	var err error
	s.typist.token, err = s.store.StartSession(ctx, s.typist.name, "a test")
	s.must(err)
	_, err = s.store.MakeToken(ctx, s.typist.name, "the wire's robot", 30)
	s.must(err)
	_, err = s.store.StartSession(ctx, s.typist.name, "Firefox on Linux")
	s.must(err)
	s.must(s.store.BeginFactor(ctx, s.typist.name))
	s.pending, err = s.store.PendingFactor(ctx, s.typist.name)
	s.must(err)
	s.must(s.store.AddAccount(ctx, "fresh", store.RoleContributor, s.admin.name))
	s.must(s.store.SetPassword(ctx, "fresh", aPassword))
	s.fresh, err = s.store.StartSession(ctx, "fresh", "a test")
	s.must(err)
	s.begun, err = s.store.BeginLogin(ctx, s.typist.name)
	s.must(err)
	s.recent = s.admin.tag("he urged both towns to count again", "mayor", "by-whom/by-nobody")
	for kind, key := range sampleNouns {
		n, _ := formOf(kind)
		fields := s.soundNoun(kind, key, "Another "+n.one)
		fields.Set("slug", "another-"+string(kind))
		noun := reflect.New(reflect.TypeOf(n.blank))
		if problems := form.Read(fields, noun.Interface()); len(problems) > 0 {
			t.Fatalf("%s: %v", kind, problems)
		}
		if _, err := s.store.Save(ctx, store.Edit{Doc: noun.Elem().Interface(), Actor: s.editor.name}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		s.other[kind] = fields.Get("slug")
	}
	all := s.admin.get(complaintsPath+"?show=all", http.StatusOK).Find(".desk-list a, .complaints a, main a")
	all.Each(func(_ int, a *goquery.Selection) {
		if to := a.AttrOr("href", ""); strings.HasPrefix(to, complaintsPath+"/") && to != s.things[complaintsPath+"/"] && to != complaintForm {
			if s.admin.get(to, http.StatusOK).Find(`form[action$="/erase"]`).Length() > 0 {
				s.settled = to
			}
		}
	})
	return s
}

// forms are the forms that are sent to a route. A route without a line of its own is sent the form of the page of the same
// address.
func (s *hostileSite) forms(r route) []sweptForm {
	s.t.Helper()
	kind, isNoun := s.kindOf(r)
	to := s.path(r)
	f := sweptForm{to: to, page: to, cookies: s.admin.cookies(), set: url.Values{}}
	typist := s.typist.cookies()
	switch name := r.String(); {
	case name == "POST "+LoginPath:
		f.cookies, f.set = nil, url.Values{"name": {s.typist.name}, "password": {aPassword}}
	case name == "POST "+codePath:
		f.cookies = map[string]string{plainCookie + loginSuffix: s.begun}
		f.set.Set("code", s.code(s.secret, time.Now().Add(30*time.Second))) // that of now was used
	case name == "POST /desk/start/{token}":
		f.cookies, f.set = nil, url.Values{"new": {anotherPassword}, "again": {anotherPassword}}
	case name == "POST /desk/logout":
		f.page = accountPath
	case name == "POST "+factorPath:
		f.cookies, f.set = map[string]string{plainCookie: s.fresh}, url.Values{"password": {aPassword}}
	case name == "POST "+factorPath+"/confirm":
		f.cookies, f.page = typist, factorPath // which has both forms
		f.set.Set("code", s.code(s.pending, time.Now()))
	case strings.HasPrefix(r.pattern, accountPath+"/"):
		f.cookies, f.page = typist, accountPath
		f.set = map[string]url.Values{
			"password": {"old": {aPassword}, "new": {anotherPassword}, "again": {anotherPassword}}, "codes": {"codes_password": {aPassword}},
			"tokens": {"token_name": {"a robot"}, "token_password": {aPassword}},
		}[path.Base(to)]
	case name == "POST "+accountsPath:
		f.set = url.Values{"name": {"somebody-new"}, "role": {"editor"}}
	case strings.HasPrefix(r.pattern, accountsPath+"/"):
		f.page = path.Dir(to)
	case name == "POST "+newArticlePath || strings.HasSuffix(r.pattern, "/captures"):
		return s.intakeForms(f)
	case name == "POST "+arrivalsPath+"/{id}":
		f.set = url.Values{"new_outlet": {"Marsh Gazette"}, "identified.basis": {"given"}, "same": {different}, "do": {"confirm"}}
	case name == "POST "+arrivalsPath+"/{id}/fetch", strings.HasPrefix(r.pattern, subscriptionsPath+"/") && strings.HasSuffix(to, "/check"):
		f.page, f.refused = "", "fetching is off"
	case strings.HasPrefix(r.pattern, arrivalsPath+"/"):
		f.page = path.Dir(to)
	case strings.HasPrefix(r.pattern, subscriptionsPath):
		f.page, f.set = subscriptionsPath, url.Values{"address": {"https://example.org/another"}}
		if to != subscriptionsPath {
			f.set = nil
		}
	case strings.HasSuffix(r.pattern, "/embargo"):
		f.page = capturesPath(narrative.Slug(path.Base(path.Dir(to))))
		f.set = url.Values{untilField: {"2024-03-05T15:04Z"}, whyField: {"it is over"}}
	case strings.HasSuffix(r.pattern, "/recording"):
		f.page, f.files, f.refused = capturesPath(narrative.Slug(path.Base(path.Dir(to)))), true, "no file is among its fields"
	case name == "POST /desk/facts/{slug}/review/ask":
		f.page, f.set = path.Dir(to), url.Values{askField: {"before noon"}}
	case strings.HasSuffix(r.pattern, "/archive"):
		f.page = capturesPath(narrative.Slug(path.Base(path.Dir(to))))
		f.set = url.Values{"address": {"https://archive.example/ferry"}, "day": {"2024-03-05"}}
	case strings.HasSuffix(r.pattern, "/readings"):
		f.page, f.set = "", url.Values{"fact": {bridgeOpen}, "next": {inboxPath}}
	case name == "POST /desk/claims/{code}/reanchor":
		f.page, f.set = s.own["GET /desk/articles/{slug}/reanchor"], url.Values{"do": {"keep"}}
		f.find = `form[action="` + to + `"]:has(button[value=keep])`
	case name == "POST /desk/articles/{slug}/tag":
		f.find = "#claim-form"
		f.set = url.Values{"quotation": {"The mayor denied"}, "source": {"mayor"}, "stances[0].fact": {bridgeOpen}, "stances[0].choice": {"/open"}, "do": {"save"}}
	case name == "POST /desk/claims/{code}":
		f.find, f.set = "#claim-form", url.Values{"note": {"A note."}, "do": {"save"}}
	case name == "POST /desk/claims/{code}/undo":
		f.to = nounPath(narrative.KindClaim, string(s.recent.Code)) + "/undo"
		f.page, f.find = untoldPath+"?after="+string(s.recent.Code)+"&done=tagged", "#undo"
	case name == "POST /desk/claims/{code}/delete":
		f.page = nounPath(narrative.KindClaim, string(s.recent.Code))
		f.to, f.set = f.page+"/delete", url.Values{"why": {"a slip"}}
	case name == "POST /desk/facts/{slug}/move":
		f.find, f.set = ".moveform", url.Values{"to": {"/closed"}, "why": {"they say so"}, "do": {"move"}}
	case name == "POST /desk/claims/{code}/join":
		f.set = url.Values{
			"why": {"Both speak of the same days."}, "direction": {forwards}, "relation": {string(narrative.Contradicts)}, "difference": {string(narrative.DiffersDirect)},
		}
	case name == "POST /desk/claims/{code}/part":
		f.page = nounPath(narrative.KindClaim, narrativetest.Open) + "/join"
		f.to = nounPath(narrative.KindClaim, narrativetest.Open) + "/part"
	case name == "POST /desk/claims/{code}/merge":
		f.page, f.find = to+"?into="+narrativetest.Own, "form[method=post]:has(input[name='"+intoVersionField+"'])"
		f.set, f.refused = url.Values{whyField: {"one and the same"}}, "a point needs both claims"
	case name == "POST /desk/facts/{slug}/review/sign":
		f.page, f.cookies = path.Dir(to), s.reviewer.cookies()
		f.set = url.Values{"note": {"looked at"}}
	case name == "POST /desk/facts/{slug}/review/status":
		f.page, f.set = path.Dir(to), url.Values{"do": {"save"}}
	case name == "POST /desk/facts/{slug}/newsroom":
		f.page, f.set = strings.TrimSuffix(to, "newsroom")+"review", url.Values{"note": {"before Monday"}}
	case name == "POST "+publishPath:
		f.page, f.set = publishPath+"?facts="+bridgeOpen, url.Values{"reason": {"More was said."}, "waiver": {"Nobody else was in."}}
	case name == "POST /desk/facts/{slug}/withdraw":
		f.set = url.Values{"reason": {"It was asked twice."}}
	case strings.HasSuffix(r.pattern, "/history/{entry}"):
		f.page, f.set = to+"?side=before", url.Values{"why": {"it was right before"}}
	case name == "POST "+proposalsPath+"/{id}/withdraw":
		f.page, f.cookies = path.Dir(to), s.contributor.cookies()
	case name == "POST "+proposalsPath+"/{id}/decline":
		f.page, f.set = path.Dir(to), url.Values{reasonField: {"It says so already."}}
	case name == "POST "+draftsPath:
		f.page, f.set = "", url.Values{draftField: {complaintForm}, "words": {"It was open."}}
	case name == "POST "+dropPath:
		f.page = s.own["GET "+dropPath]
	case name == "POST "+assignmentsPath:
		f.page, f.set = historyPath(narrative.KindFact, bridgeOpen), url.Values{"account": {s.editor.name}, "note": {"before Monday"}, "due": {"2024-05-02"}}
	case name == "POST "+watchesPath:
		f.page, f.set = historyPath(narrative.KindFact, "toll-paid"), url.Values{"do": {"watch"}}
	case name == "POST "+complaintForm:
		f.set = url.Values{"about": {"/facts/" + bridgeOpen}, "sender": {"A reader"}, "words": {"It was open."}}
	case name == "POST "+complaintsPath+"/{id}":
		f.set = url.Values{"words": {"It was open after all."}}
	case name == "POST "+complaintsPath+"/{id}/erase":
		f.page, f.to = s.settled, s.settled+"/erase"
	case isNoun && strings.HasSuffix(r.pattern, "/new"):
		n, _ := formOf(kind)
		f.find, f.set = "form.noun", s.soundNoun(kind, sampleNouns[kind], "Yet another "+n.one)
		f.set.Set(doField, "save")
	case isNoun && strings.HasSuffix(r.pattern, "/merge"):
		page := nounPath(kind, s.other[kind]) + "/merge"
		f.to, f.page, f.find = page, page+"?into="+sampleNouns[kind], "form[method=post]:has(input[name='"+intoVersionField+"'])"
		f.set = url.Values{whyField: {"one and the same"}}
	case isNoun && (strings.HasSuffix(r.pattern, "/retire") || strings.HasSuffix(r.pattern, "/remove")):
		f.page = nounPath(kind, s.other[kind])
		f.to, f.set = f.page+"/"+path.Base(to), url.Values{whyField: {"a slip"}}
	case isNoun:
		n, _ := formOf(kind)
		f.find, f.set = "form.noun", url.Values{doField: {"save"}, n.title: {"A new name"}, whyField: {"a better name"}}
		if kind == narrative.KindFact {
			f.set.Set(n.title, "Was [[bridge]] open to anybody at all?")
		}
	}
	return []sweptForm{f}
}

// soundNoun are the fields of a new noun like one that is there.
func (s *hostileSite) soundNoun(kind narrative.Kind, key, title string) url.Values {
	s.t.Helper()
	if kind == narrative.KindFact {
		return form.Write(narrative.Fact{
			Dispute: "mill-bridge", Question: narrative.Markup("Was there " + strings.ToLower(title) + "?"), Kind: narrative.YesNo, Background: "The book counts carts [@toll-book].",
			Status:    narrative.FactStatus{State: narrative.Dormant},
			Positions: []narrative.Position{{Slug: "paid", Label: "It was paid."}, {Slug: "owed", Label: "It is owed."}},
		})
	}
	n, _ := formOf(kind)
	fields := form.Write(s.savedNoun(kind, key).Doc)
	fields.Set("slug", "")
	fields.Set(n.title, title)
	if fields.Has("url") {
		fields.Set("url", "https://courier.example/another")
	}
	return fields
}

// intakeForms are the forms by which a text comes in.
func (s *hostileSite) intakeForms(f sweptForm) []sweptForm {
	f.files = true
	if f.to != newArticlePath {
		f.page += "/new"
	}
	paste, file, post := f, f, f
	paste.find, paste.set = "form.noun:has(input[value=paste])", url.Values{"text": {"The ferry was late again.\nNobody on board knew why, the harbour office said."}}
	file.find = "#way-file"
	file.refused = "no file is among its fields"
	post.find, post.set = "form.noun:has(input[value=post])", url.Values{
		"text": {"The ferry is late again."}, "url": {"https://post.example/1"}, "author": {"@ferry"}, "at": {"2024-03-04T15:04:05Z"},
	}
	if f.to != newArticlePath {
		return []sweptForm{paste, file}
	}
	paste.set.Set("headline", "The ferry was late")
	paste.set.Set("url", "https://example.org/late")
	paste.set.Set("byline", "By Ann Other")
	paste.set.Set("day", "2024-03-04")
	return []sweptForm{paste, file, post}
}

// kindOf is the kind of noun that a route is of.
func (s *hostileSite) kindOf(r route) (narrative.Kind, bool) {
	for _, n := range nounForms {
		if strings.HasPrefix(r.pattern, listPath(n.kind)+"/") {
			return n.kind, true
		}
	}
	return "", false
}

// fill looks the form up on its page, and fills it in.
func (s *hostileSite) fill(t *testing.T, f *sweptForm) {
	t.Helper()
	f.fields, f.drawn = url.Values{}, nil
	if f.page != "" {
		response, body := s.ask(t, http.MethodGet, f.page, "", nil, f.cookies)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("the page %s answers %d", f.page, response.StatusCode)
		}
		find := f.find
		if find == "" {
			find = `form[method=post][action="` + f.to + `"], form[method=post][action^="` + f.to + `?"]`
		}
		f.drawn = doc(t, string(body)).Find(find).First()
		if f.drawn.Length() == 0 {
			t.Fatalf("%s has no form %s", f.page, find)
		}
		f.fields = fieldsOf(f.drawn)
		f.drawn.Find("input[type=radio], input[type=checkbox]").Each(func(_ int, box *goquery.Selection) {
			if name, value := box.AttrOr("name", ""), box.AttrOr("value", "on"); f.fields.Get(name) == "" && value != "on" {
				f.fields.Set(name, value) // somebody chooses the first
			}
		})
		if do := f.drawn.Find("button[name]").First(); do.Length() > 0 && f.set.Get(do.AttrOr("name", "")) == "" {
			f.fields.Set(do.AttrOr("name", ""), do.AttrOr("value", ""))
		}
	}
	maps.Copy(f.fields, f.set)
}

// ask sends a request with cookies and returns the answer.
func (s *hostileSite) ask(t *testing.T, method, path, contentType string, body []byte, cookies map[string]string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, value := range cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return s.nobody().do(request)
}

// encode writes fields as the form is sent.
func (f *sweptForm) encode(t *testing.T, fields url.Values) (contentType string, body []byte) {
	t.Helper()
	if !f.files {
		return "application/x-www-form-urlencoded", []byte(fields.Encode())
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		for _, value := range fields[name] {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), buf.Bytes()
}

// typed reports whether somebody types into a field, so that what is in it must not be lost.
func (f *sweptForm) typed(name string) bool {
	if f.drawn == nil {
		return false
	}
	field := f.field(name)
	kind := field.AttrOr("type", "text")
	return field.Length() > 0 && (goquery.NodeName(field) == "textarea" || goquery.NodeName(field) == "input" && kind == "text")
}

// isBox reports whether a field is one of boxes, of which a browser sends those that are ticked: none, one or several.
func (f *sweptForm) isBox(name string) bool {
	return f.drawn != nil && f.field(name).Is("input[type=checkbox], input[type=radio]")
}

func (f *sweptForm) field(name string) *goquery.Selection {
	return f.drawn.Find("input, textarea, select").FilterFunction(func(_ int, e *goquery.Selection) bool { return e.AttrOr("name", "") == name }).Last()
}
