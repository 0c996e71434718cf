package web

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"counterclaim/internal/web/ui"
)

// own is the address under which the tests' sites are known.
const own = "https://counterclaim.example"

// oEmbedSchema is the form of an answer, from the specification.
func oEmbedSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(filepath.Join("testdata", "oembed.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// oEmbed asks how to embed a page and checks the form of the answer.
func (s *site) oEmbed(schema *jsonschema.Schema, path string) oEmbed {
	s.t.Helper()
	response, body := s.fetch(path, http.StatusOK)
	if got := response.Header.Get("Content-Type"); got != "application/json" {
		s.t.Errorf("%s: Content-Type %q", path, got)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	if err := schema.Validate(value); err != nil {
		s.t.Errorf("%s: %v", path, err)
	}
	var o oEmbed
	if err := json.Unmarshal(body, &o); err != nil {
		s.t.Fatal(err)
	}
	return o
}

// frame reads the HTML of an answer, which must be a frame in a sandbox and nothing else, and returns the path that it shows.
func (s *site) frame(o oEmbed) string {
	s.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(o.HTML))
	if err != nil {
		s.t.Fatal(err)
	}
	frame := doc.Find("body > iframe")
	if frame.Length() != 1 || doc.Find("body *").Length() != 1 {
		s.t.Fatalf("the HTML is %q, want one frame", o.HTML)
	}
	for name, want := range map[string]string{"width": strconv.Itoa(o.Width), "height": strconv.Itoa(o.Height), "loading": "lazy"} {
		if got := frame.AttrOr(name, ""); got != want {
			s.t.Errorf("the frame's %s is %q, want %q", name, got, want)
		}
	}
	if sandbox, ok := frame.Attr("sandbox"); !ok || strings.Contains(sandbox, "allow-scripts") || strings.Contains(sandbox, "allow-same-origin") {
		s.t.Errorf("the frame's sandbox is %q", sandbox)
	}
	if frame.AttrOr("title", "") == "" {
		s.t.Error("the frame has no title")
	}
	path, ours := strings.CutPrefix(frame.AttrOr("src", ""), own)
	if !ours {
		s.t.Errorf("the frame shows %q", frame.AttrOr("src", ""))
	}
	return path
}

// TestDiscovery goes the way of a site that is given an address of ours: from the page's link to the answer, and from that to
// the card and its picture.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	schema := oEmbedSchema(t)
	for page, want := range map[string]struct{ frame, picture string }{
		ui.FactPath("bridge-open"):       {ui.EmbedPath("bridge-open"), ui.CardPath("bridge-open")},
		ui.EditionPath("bridge-open", 1): {ui.EditionEmbedPath("bridge-open", 1), ui.EditionCardPath("bridge-open", 1)},
		ui.ClaimPath("V8N-K4HM"):         {ui.EmbedPath("bridge-open"), ui.CardPath("bridge-open")},
	} {
		doc := s.get(page, http.StatusOK)
		link := func(mediaType string) string {
			links := doc.Find(`link[rel=alternate][type="` + mediaType + `"]`)
			if links.Length() != 1 || links.AttrOr("title", "") == "" {
				t.Fatalf("%s has %d links of the type %s", page, links.Length(), mediaType)
			}
			path, ok := strings.CutPrefix(links.AttrOr("href", ""), own)
			if !ok {
				t.Fatalf("%s: the link leads to %q", page, links.AttrOr("href", ""))
			}
			return path
		}
		o := s.oEmbed(schema, link(oEmbedJSON))
		if o.Type != "rich" || !strings.HasPrefix(o.Title, "Was the Long Bridge open, and to whom?") || o.ProviderName != "Counterclaim" || o.ProviderURL != own+"/" || o.CacheAge <= 0 {
			t.Errorf("%s: %+v", page, o)
		}
		if got := s.frame(o); got != want.frame {
			t.Errorf("%s: the frame shows %s, want %s", page, got, want.frame)
		} else if doc := s.get(got, http.StatusOK); text(doc, "h1") != "Was the Long Bridge open, and to whom?" {
			t.Errorf("%s: the frame shows %q", page, text(doc, "h1"))
		}
		if o.ThumbnailURL != own+want.picture || o.ThumbnailWidth != 1200 || o.ThumbnailHeight != 630 {
			t.Errorf("%s: the picture is %s", page, o.ThumbnailURL)
		}
		s.picture(want.picture)

		response, body := s.fetch(link(oEmbedXML), http.StatusOK)
		var again oEmbed
		if err := xml.Unmarshal(body, &again); err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		if again.XMLName = o.XMLName; again != o || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/xml") {
			t.Errorf("%s: as XML it is %+v, want %+v", page, again, o)
		}
	}
}

// TestOEmbedSizes wants the answer to keep the bounds that the consumer names, for card and picture.
func TestOEmbedSizes(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	schema := oEmbedSchema(t)
	fact := ui.OEmbedPath(own + ui.FactPath("bridge-open"))
	free := s.oEmbed(schema, fact)
	for _, test := range []struct {
		query         string
		width, height int // 0 for a link
		picture       bool
	}{
		{"", embedWidth, free.Height, true},
		{"&maxwidth=5000&maxheight=5000", embedWidth, free.Height, true},
		{"&maxwidth=1200&maxheight=630", embedWidth, min(630, free.Height), true},
		{"&maxwidth=1199", embedWidth, free.Height, false},
		{"&maxheight=300", embedWidth, 300, false},
		{"&maxwidth=199", 0, 0, false},
		{"&maxheight=149", 0, 0, false},
		{"&maxwidth=1&maxheight=1", 0, 0, false},
		{"&maxwidth=2147483647", embedWidth, free.Height, true},
	} {
		o := s.oEmbed(schema, fact+test.query)
		if o.Width != test.width || o.Height != test.height || (o.Type == "link") != (test.width == 0) || (o.HTML == "") != (test.width == 0) {
			t.Errorf("%s: %s of %d by %d, want %d by %d", test.query, o.Type, o.Width, o.Height, test.width, test.height)
		}
		if (o.ThumbnailURL != "") != test.picture {
			t.Errorf("%s: picture %q", test.query, o.ThumbnailURL)
		}
	}
	if narrow := s.oEmbed(schema, fact+"&maxwidth=200"); narrow.Width != 200 || narrow.Height <= free.Height {
		t.Errorf("at 200 pixels it is %d by %d, and %d high at %d", narrow.Width, narrow.Height, free.Height, free.Width)
	}
}

// TestOEmbedRefusals wants what cannot be answered to be told apart, with the name of what is at fault.
func TestOEmbedRefusals(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	fact := own + ui.FactPath("bridge-open")
	ask := func(address, more string) string { return "/oembed?url=" + url.QueryEscape(address) + more }
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		ask("https://elsewhere.example/facts/bridge-open", ""):                                  {404, ""},
		ask("https://counterclaim.example.elsewhere.example/facts/bridge-open", ""):             {404, ""},
		ask("https://counterclaim.example@elsewhere.example/facts/bridge-open", ""):             {404, ""},
		ask("https://user@counterclaim.example/facts/bridge-open", ""):                          {404, ""},
		ask("http://counterclaim.example/facts/bridge-open", ""):                                {404, ""},
		ask("https://counterclaim.example:8443/facts/bridge-open", ""):                          {404, ""},
		ask("//counterclaim.example/facts/bridge-open", ""):                                     {404, ""},
		ask("/facts/bridge-open", ""):                                                           {404, ""},
		ask("javascript:alert(1)", ""):                                                          {404, ""},
		ask("https://counterclaim.example/facts/none", ""):                                      {404, ""},
		ask("https://counterclaim.example/facts/", ""):                                          {404, ""},
		ask("https://counterclaim.example/facts", ""):                                           {404, ""},
		ask("https://counterclaim.example/", ""):                                                {404, ""},
		ask("https://counterclaim.example/facts/../facts/bridge-open", ""):                      {404, ""},
		ask("https://counterclaim.example/facts/bridge-open/editions/2", ""):                    {404, ""},
		ask("https://counterclaim.example/facts/bridge-open/editions/01", ""):                   {404, ""},
		ask("https://counterclaim.example/facts/bridge-open/editions/", ""):                     {404, ""},
		ask("https://counterclaim.example/facts/bridge-open/editions/99999999999999999999", ""): {404, ""},
		ask("https://counterclaim.example/facts/bridge-open.json", ""):                          {404, ""},
		ask("https://counterclaim.example/claims/V8N-K4H", ""):                                  {404, ""},
		ask("https://counterclaim.example/claims/ZZZ-ZZZZ", ""):                                 {404, ""},
		ask("https://counterclaim.example/sources/carters", ""):                                 {404, ""},
		ask("https://counterclaim.example/\x00", ""):                                            {404, ""},
		"/oembed":                                    {400, "url"},
		"/oembed?url=":                               {400, "url"},
		"/oembed?url=%ff":                            {400, "url"},
		ask(fact, "&format=yaml"):                    {501, "format"},
		ask(fact, "&format=JSON"):                    {501, "format"},
		ask(fact, "&maxwidth=wide"):                  {400, "maxwidth"},
		ask(fact, "&maxwidth="):                      {400, "maxwidth"},
		ask(fact, "&maxwidth=0"):                     {400, "maxwidth"},
		ask(fact, "&maxwidth=-5"):                    {400, "maxwidth"},
		ask(fact, "&maxwidth=600.5"):                 {400, "maxwidth"},
		ask(fact, "&maxheight=1e9"):                  {400, "maxheight"},
		ask(fact, "&maxheight=99999999999999999999"): {400, "maxheight"},
		ask(fact, "&maxheight=%00"):                  {400, "maxheight"},
	} {
		_, body := s.fetch(path, want.status)
		if !strings.Contains(string(body), want.says) {
			t.Errorf("%s does not name %s", path, want.says)
		}
	}
	for _, address := range []string{
		fact + "?view=rows", fact + "#V8N-K4HM", "https://COUNTERCLAIM.example/facts/bridge-open", "https://counterclaim.example:443/facts/bridge-open",
	} {
		s.fetch(ask(address, ""), http.StatusOK)
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("visitors' mistakes were logged as faults of ours:\n%.2000s", log)
	}
}

// TestOEmbedMoved wants the address of a renamed fact to lead on, with all that was asked.
func TestOEmbedMoved(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	db, err := pgx.Connect(t.Context(), s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	if _, err := db.Exec(t.Context(), `INSERT INTO names (kind, name, target) VALUES ('fact', 'old-fact', 'bridge-open')`); err != nil {
		t.Fatal(err)
	}
	response, _ := s.fetch(ui.OEmbedPath(own+ui.FactPath("old-fact"))+"&format=xml&maxwidth=300", http.StatusMovedPermanently)
	want := ui.OEmbedPath(own+ui.FactPath("bridge-open")) + "&format=xml&maxwidth=300"
	if got := response.Header.Get("Location"); got != want {
		t.Errorf("it leads to %q, want %q", got, want)
	}
	for from, to := range map[string]string{
		ui.EmbedPath("old-fact"): ui.EmbedPath("bridge-open"), ui.CardPath("old-fact"): ui.CardPath("bridge-open"),
	} {
		response, _ := s.fetch(from, http.StatusMovedPermanently)
		if got := response.Header.Get("Location"); got != to {
			t.Errorf("%s leads to %q, want %q", from, got, to)
		}
	}
}

// TestOEmbedShape wants answers as other programs read them: keys of the specification and no others.
func TestOEmbedShape(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	schema, err := os.ReadFile(filepath.Join("testdata", "oembed.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	_, body := s.fetch(ui.OEmbedPath(own+ui.FactPath("swans-counted")), http.StatusOK)
	var keys map[string]any
	if err := json.Unmarshal(body, &keys); err != nil {
		t.Fatal(err)
	}
	for key := range keys {
		if !strings.Contains(string(schema), `"`+key+`": {`) {
			t.Errorf("the answer has %q, which the specification does not", key)
		}
	}
}
