package desk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// sampleNouns is a noun of each kind, of the bridge.
var sampleNouns = map[narrative.Kind]string{
	narrative.KindDispute: "mill-bridge", narrative.KindParty: "upper-town", narrative.KindOutlet: "courier", narrative.KindSource: "mayor",
	narrative.KindPlace: "bridge", narrative.KindTerm: "siege", narrative.KindEvent: "talks", narrative.KindRecord: "toll-book",
	narrative.KindFact: "bridge-open", narrative.KindArticle: "bridge-closed",
}

// nounSite is a site with the bridge at its desk, and a request for comment.
func nounSite(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	c := narrativetest.Bridge()
	c.Facts[0].Requests = []narrative.Request{{To: "council", Question: "Is it?", Asked: "2024-03-07T10:00Z", By: "e-mail", State: narrative.RequestOpen}}
	err := s.store.Import(t.Context(), "a test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// formPage returns the form of a noun, and its fields as a browser has them.
func (e *editor) formPage(kind narrative.Kind, key string) (*goquery.Document, url.Values) {
	e.t.Helper()
	doc := e.get(nounPath(kind, key), http.StatusOK)
	return doc, fieldsOf(doc.Find("form.noun"))
}

// savedNoun returns a noun as the desk has it.
func (s *site) savedNoun(kind narrative.Kind, key string) store.Noun {
	s.t.Helper()
	n, err := s.store.Noun(s.t.Context(), store.NounKey{Kind: kind, Key: key})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// TestFormsAreWhole checks that the form of each kind has a field for every path of its noun, and none besides.
func TestFormsAreWhole(t *testing.T) {
	t.Parallel()
	if len(nounForms) != len(sampleNouns) {
		t.Fatalf("%d forms", len(nounForms))
	}
	for _, n := range nounForms {
		var want, got []string
		pathsOf(reflect.TypeOf(n.blank), "", &want)
		var walk func([]formField, string)
		walk = func(list []formField, prefix string) {
			for _, f := range list {
				switch f.as {
				case asGroup:
					walk(f.fields, prefix+f.key+".")
				case asRows:
					walk(f.fields, prefix+f.key+"[].")
				default:
					got = append(got, prefix+f.key)
				}
				if f.label == "" {
					t.Errorf("%s: %s has no label", n.kind, f.key)
				}
			}
		}
		walk(n.fields, "")
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-noun +form)\n%s", n.kind, diff)
		}
	}
}

// pathsOf adds the paths of a type, [] for the rows of a list; a date is one.
func pathsOf(t reflect.Type, prefix string, paths *[]string) {
	for field := range t.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		of := field.Type
		switch {
		case key == "passages":
		case of == reflect.TypeFor[narrative.Date]():
			*paths = append(*paths, prefix+key)
		case of.Kind() == reflect.Struct && of != reflect.TypeFor[narrative.Interval]():
			pathsOf(of, prefix+key+".", paths)
		case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
			pathsOf(of.Elem(), prefix+key+"[].", paths)
		default:
			*paths = append(*paths, prefix+key)
		}
	}
}

// TestReferencesAreChosen checks that every slug of a noun that names another noun is chosen by name, and no other is.
func TestReferencesAreChosen(t *testing.T) {
	t.Parallel()
	own := map[string]bool{"slug": true, "key": true, "period": true, "aspect": true}
	for _, n := range nounForms {
		values := form.Write(n.blank)
		var walk func(reflect.Type, []formField)
		walk = func(t2 reflect.Type, list []formField) {
			for field := range t2.Fields() {
				key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
				of := field.Type
				at := slices.IndexFunc(list, func(f formField) bool { return f.key == key })
				if at < 0 {
					continue
				}
				switch f := list[at]; {
				case of == reflect.TypeFor[narrative.Slug]() && (f.as == asOne) == own[key]:
					t.Errorf("%s: %s is drawn as %d", n.kind, key, f.as)
				case of == reflect.TypeFor[[]narrative.Slug]() && f.as != asMany:
					t.Errorf("%s: %s is drawn as %d", n.kind, key, f.as)
				case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
					walk(of.Elem(), f.fields)
				case of.Kind() == reflect.Struct && f.as == asGroup:
					walk(of, f.fields)
				}
			}
		}
		walk(reflect.TypeOf(n.blank), n.fields)
		if len(values) == 0 {
			t.Errorf("%s has no fields", n.kind)
		}
	}
}

// TestFormsRoundTrip sends the form of each kind back as it came: nothing is changed, and nothing saved.
func TestFormsRoundTrip(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	for kind, key := range sampleNouns {
		before := s.savedNoun(kind, key)
		_, fields := e.formPage(kind, key)
		fields.Set(doField, "save")
		_, to := e.post(nounPath(kind, key), fields, http.StatusSeeOther)
		if want := nounPath(kind, key) + "?done=unchanged"; to != want {
			t.Errorf("%s leads on to %s, want %s", kind, to, want)
		}
		if after := s.savedNoun(kind, key); !cmp.Equal(before, after) {
			t.Errorf("%s has changed\n%s", kind, cmp.Diff(before, after))
		}
		// Without the buttons of a browser too, and checked instead of saved.
		fields.Set(doField, "check")
		e.post(nounPath(kind, key), fields, http.StatusOK)
	}
}

// TestNewNouns makes a noun of each kind by its form, with names in the place of slugs and no slug of its own.
func TestNewNouns(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	tests := []struct {
		kind   narrative.Kind
		fields url.Values
		want   any
	}{
		{narrative.KindDispute, url.Values{"title": {"Спор о мосте"}}, narrative.Dispute{Slug: "spor-o-moste", Title: "Спор о мосте"}},
		{narrative.KindParty, url.Values{"name": {"Upper Town"}}, narrative.Party{Slug: "upper-town-2", Name: "Upper Town"}},
		{narrative.KindOutlet, url.Values{"name": {"Xankəndi"}, "boilerplate": {"Share\nRead on"}},
			narrative.Outlet{Slug: "xankendi", Name: "Xankəndi", Boilerplate: []string{"Share", "Read on"}}},
		{
			narrative.KindSource, url.Values{"name": {"Ferryman"}, "kind": {"person"}, "party": {"LOWER town"}, "offices[0].title": {"ferryman"}, "offices[0].from": {"2020-01-01"}},
			narrative.Source{Slug: "ferryman", Name: "Ferryman", Kind: narrative.Person, Party: "lower-town", Offices: []narrative.Office{{Title: "ferryman", From: "2020-01-01"}}},
		},
		{
			narrative.KindPlace, url.Values{"shown": {"the ford"}, "names[0].form": {"Брод"}, "names[0].language": {"ru"}, "names[0].used_by": {"Lower Town", "upper-town"}},
			narrative.Place{Slug: "the-ford", Shown: "the ford", Names: []narrative.PlaceName{{Form: "Брод", Language: "ru", UsedBy: []narrative.Slug{"lower-town", "upper-town"}}}},
		},
		{narrative.KindTerm, url.Values{"word": {"raid"}, "dispute": {"The mill bridge"}, "forms": {"raids"}}, narrative.Term{Slug: "raid", Dispute: "mill-bridge", Word: "raid", Forms: []string{"raids"}}},
		{
			narrative.KindEvent, url.Values{"title": {"The fair"}, "kind": {"happening"}, "date.day": {"2024-05"}, "date.basis": {"given"}, "place": {"the mill bridge"}, "participants": {"the envoy"}},
			narrative.Event{
				Slug: "the-fair", Title: "The fair", Kind: narrative.Happening, Place: "bridge", Participants: []narrative.Slug{"envoy"},
				Date: narrative.Date{On: narrative.Interval{Earliest: "2024-05-01", Latest: "2024-05-31", Precision: narrative.PrecisionMonth}, Basis: narrative.Given},
			},
		},
		{
			narrative.KindRecord, url.Values{
				"title": {"A map"}, "kind": {"image"}, "maker": {"nobody knows"}, "date.basis": {"unknown"}, "date.reason": {"no date on it"}, "where": {"the archive"},
				"checked": {"not"}, "checked_by": {"the desk"}, "shows": {"[[bridge]]."}, "shows_not": {"Who."}, "bears_on[0].fact": {"bridge-open"}, "bears_on[0].aspect": {"by-whom"},
			},
			narrative.Record{
				Slug: "a-map", Title: "A map", Kind: narrative.Image, Maker: "nobody knows", Date: narrative.Date{Basis: narrative.Unknown, Reason: "no date on it"}, Where: "the archive",
				Checked: "not", CheckedBy: "the desk", Shows: "[[bridge]].", ShowsNot: "Who.", BearsOn: []narrative.Bearing{{Fact: "bridge-open", Aspect: "by-whom"}},
			},
		},
		{
			narrative.KindFact, url.Values{
				"question": {"Was [[bridge]] mended?"}, "kind": {"yes-no"}, "dispute": {"mill-bridge"}, "status.state": {"dormant"}, "positions[0].label": {"It was."},
				"aspects[0].question": {"By whom?"}, "aspects[0].positions[0].label": {"Նորոգվել է։"},
			},
			narrative.Fact{
				Slug: "was-bridge-mended", Question: "Was [[bridge]] mended?", Kind: narrative.YesNo, Dispute: "mill-bridge", Status: narrative.FactStatus{State: narrative.Dormant},
				Positions: []narrative.Position{{Slug: "it-was", Label: "It was."}},
				Aspects:   []narrative.Aspect{{Slug: "by-whom", Question: "By whom?", Positions: []narrative.Position{{Slug: "norogvel-e", Label: "Նորոգվել է։"}}}},
			},
		},
	}
	for _, test := range tests {
		fields := fieldsOf(e.get(newPath(test.kind), http.StatusOK).Find("form.noun"))
		for name, values := range test.fields {
			if !fields.Has(name) {
				t.Errorf("%s: the empty form has no field %s", test.kind, name)
			}
			fields[name] = values
		}
		_, to := e.post(newPath(test.kind), fields, http.StatusSeeOther)
		slug := reflect.ValueOf(test.want).FieldByName("Slug").String()
		if want := nounPath(test.kind, slug) + "?done=created"; to != want {
			t.Errorf("%s leads on to %s, want %s", test.kind, to, want)
			continue
		}
		if diff := cmp.Diff(test.want, s.savedNoun(test.kind, slug).Doc); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.kind, diff)
		}
	}
}

// TestProblemsAreToldAtTheirFields makes each kind of mistake in a form: it is told beside its field, linked from the
// summary by a name that a person understands, and what was typed stays.
func TestProblemsAreToldAtTheirFields(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	tests := []struct {
		kind    narrative.Kind
		field   string
		value   string
		at      string // "" for the field
		message string
	}{
		{narrative.KindParty, "name", "", "", "missing"},
		{narrative.KindParty, "slug", "Upper Town", "", "is no slug"},
		{narrative.KindParty, "slug", "lower-town", "", "is or was the slug"},
		{narrative.KindSource, "party", "upper twn", "", "the nearest is Upper Town (upper-town)"},
		{narrative.KindSource, "offices[0].until", "2019-01-01", "", "before the first day"},
		{narrative.KindSource, "kind", "god", "", "unknown"},
		{narrative.KindSource, "printed", "x\n" + strings.Repeat("y", 301), "", "line 2: 301 characters"},
		{narrative.KindEvent, "date.day", "yesterday", "", "no date"},
		{narrative.KindEvent, "date.day", "", "", "missing; the basis given needs a day"},
		{narrative.KindEvent, "participants", "the mayor\nnobody", "", `no source is called "nobody"`},
		{narrative.KindEvent, "expected[1].where", "", "", "missing; expected where it was looked for"},
		{narrative.KindFact, "question", "It was open.", "", "question mark"},
		{narrative.KindFact, "positions[1].label", "", "", "missing"},
		{narrative.KindFact, "positions[0].slug", "open", "positions[1].slug", "another position"},
		{narrative.KindFact, "background", "[[nowhere]]", "", "is no place"},
		{narrative.KindFact, "background", "[x]", "", "neither"},
		{narrative.KindFact, "points[0].claims", narrativetest.Closed, "", "needs at least two"},
		{narrative.KindFact, "points[0].claims", narrativetest.Closed + "\nAAA-AAA1", "", `"AAA-AAA1" is the code of no claim`},
		{narrative.KindFact, "periods[1].from", "2024-03-01", "", "overlap"},
		{narrative.KindFact, "status.state", "overtaken", "status.since", "missing"},
		{narrative.KindFact, "requests[0].asked", "noon", "", "no minute"},
		{narrative.KindRecord, "bears_on[1].aspect", "", "bears_on[1]", "comes twice"},
		{narrative.KindRecord, "bears_on[1].aspect", "nope", "", "is no aspect"},
		{narrative.KindPlace, "names[0].language", "Klingon?", "", "is no language"},
		{narrative.KindArticle, "url", "javascript:alert(1)", "", "is no address"},
		{narrative.KindArticle, "reprint_of", "bridge-closed", "", "line 1: leads back to the article itself"},
		{narrative.KindArticle, "reprint_of", "nothing of the kind", "", `no article is called "nothing of the kind"`},
		{narrative.KindArticle, "identified.basis", "unknown", "", "unknown: true"},
		{narrative.KindTerm, "used_by", "upper-town\nUpper Town", "", "comes twice"},
		{narrative.KindDispute, "title", strings.Repeat("é", 301), "", "301 characters"},
	}
	for _, test := range tests {
		key := sampleNouns[test.kind]
		before := s.savedNoun(test.kind, key)
		_, fields := e.formPage(test.kind, key)
		if !fields.Has(test.field) {
			t.Errorf("%s has no field %s", test.kind, test.field)
			continue
		}
		fields[test.field] = []string{test.value}
		doc, _ := e.post(nounPath(test.kind, key), fields, http.StatusUnprocessableEntity)
		at := test.at
		if at == "" {
			at = test.field
		}
		link := doc.Find(`#problems a[href="#` + fieldID(at) + `"]`)
		if link.Length() == 0 || !strings.Contains(link.Text(), test.message) {
			t.Errorf("%s: %s = %q: the summary says %q", test.kind, test.field, test.value, strings.Join(strings.Fields(doc.Find("#problems").Text()), " "))
		}
		doc.Find("#problems a").Each(func(_ int, a *goquery.Selection) {
			if doc.Find(a.AttrOr("href", "#none")).Length() != 1 {
				t.Errorf("%s: %s leads nowhere", test.kind, a.AttrOr("href", ""))
			}
		})
		if strings.Contains(link.Find(".path").Text(), "[") {
			t.Errorf("%s: the field is called %q", test.kind, link.Find(".path").Text())
		}
		resolved := strings.NewReplacer("the mayor", "mayor", "upper-town\nUpper Town", "upper-town\nupper-town").Replace(test.value)
		if kept := strings.Join(fieldsOf(doc.Find("form.noun"))[test.field], "\n"); !strings.HasPrefix(kept, resolved) {
			t.Errorf("%s: %s holds %q, want %q", test.kind, test.field, kept, test.value)
		}
		if after := s.savedNoun(test.kind, key); !cmp.Equal(before, after) {
			t.Errorf("%s has changed", test.kind)
		}
	}
}

// TestQueriesPerPage checks that no page asks the database more often the more it shows.
func TestQueriesPerPage(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	paths := []string{"/desk/lists", "/desk/search.json?kind=source&q=may", "/desk/words.json?text=siege"}
	for kind, key := range sampleNouns {
		paths = append(paths, nounPath(kind, key), nounPath(kind, key)+"/touched")
		if kind != narrative.KindArticle {
			paths = append(paths, listPath(kind), newPath(kind))
		}
	}
	for _, path := range paths {
		ctx, counter := store.CountQueries(t.Context())
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: plainCookie, Value: e.token})
		w := newRecorder()
		s.server.ServeHTTP(w, r)
		// The session is one, names of places and what is invented are two each for the noun and for the choices, an article's embargo is one.
		if w.status != http.StatusOK || counter.Queries() > 8 {
			t.Errorf("%s: status %d, %d queries", path, w.status, counter.Queries())
		}
	}
}

// A recorder keeps the status of an answer.
type recorder struct {
	header http.Header
	status int
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(p []byte) (int, error) { return len(p), nil }
func (r *recorder) WriteHeader(status int)      { r.status = status }

// publish publishes all facts.
func (s *site) publish(reason string) {
	s.t.Helper()
	if _, err := s.store.Publish(s.t.Context(), store.Publication{Reason: reason, Kind: edition.Update, Actor: "a test"}); err != nil {
		s.t.Fatal(err)
	}
}

// asJSON asks for a document.
func (e *editor) asJSON(path string, doc any) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.url+path, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	response, body := e.do(r)
	if err := json.Unmarshal(body, doc); response.StatusCode != http.StatusOK || err != nil {
		e.t.Fatalf("%s: status %d, %v", path, response.StatusCode, err)
	}
}

// follow asks for a page that leads on, and returns where to.
func (e *editor) follow(path string) (int, string) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.url+path, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	response, _ := e.do(r)
	return response.StatusCode, response.Header.Get("Location")
}
