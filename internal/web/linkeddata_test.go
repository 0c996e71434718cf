package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/piprate/json-gold/ld"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/web/ui"
)

// parents are the types of things that pages tell of, each with the one that it is a kind of (schema.org 30).
var parents = map[string]string{
	"Thing": "", "CreativeWork": "Thing", "Person": "Thing", "Organization": "Thing", "Event": "Thing", "Intangible": "Thing",
	"Article": "CreativeWork", "NewsArticle": "Article", "Claim": "CreativeWork", "Quotation": "CreativeWork", "WebSite": "CreativeWork",
	"Comment": "CreativeWork", "Question": "Comment", "CorrectionComment": "Comment",
	"WebPage": "CreativeWork", "CollectionPage": "WebPage",
	"ItemList": "Intangible", "BreadcrumbList": "ItemList", "ListItem": "Intangible",
}

// A property may be had by things of the given types, and have things or texts of the given ones.
type property struct{ of, is []string }

// properties are those that pages use, as schema.org 30 has them, as far as the types above go.
var properties = map[string]property{
	"name": {[]string{"Thing"}, []string{"Text"}}, "alternateName": {[]string{"Thing"}, []string{"Text"}},
	"description": {[]string{"Thing"}, []string{"Text"}}, "disambiguatingDescription": {[]string{"Thing"}, []string{"Text"}}, "url": {[]string{"Thing"}, []string{"URL"}},
	"jobTitle": {[]string{"Person"}, []string{"Text"}}, "startDate": {[]string{"Event"}, []string{"Date"}},
	"headline": {[]string{"CreativeWork"}, []string{"Text"}}, "text": {[]string{"CreativeWork"}, []string{"Text"}},
	"version": {[]string{"CreativeWork"}, []string{"Text"}}, "inLanguage": {[]string{"CreativeWork"}, []string{"Text"}},
	"creditText":  {[]string{"CreativeWork"}, []string{"Text"}},
	"dateCreated": {[]string{"CreativeWork"}, []string{"Date"}}, "datePublished": {[]string{"CreativeWork"}, []string{"Date"}},
	"dateModified": {[]string{"CreativeWork"}, []string{"Date"}},
	"creator":      {[]string{"CreativeWork"}, []string{"Person", "Organization"}}, "publisher": {[]string{"CreativeWork"}, []string{"Person", "Organization"}},
	"isPartOf": {[]string{"CreativeWork"}, []string{"CreativeWork"}}, "hasPart": {[]string{"CreativeWork"}, []string{"CreativeWork"}},
	"isBasedOn": {[]string{"CreativeWork"}, []string{"CreativeWork"}}, "exampleOfWork": {[]string{"CreativeWork"}, []string{"CreativeWork"}},
	"workExample": {[]string{"CreativeWork"}, []string{"CreativeWork"}}, "mainEntity": {[]string{"CreativeWork"}, []string{"Thing"}},
	"about": {[]string{"CreativeWork"}, []string{"Thing"}}, "citation": {[]string{"CreativeWork"}, []string{"CreativeWork"}},
	"correction": {[]string{"CreativeWork"}, []string{"CorrectionComment"}}, "interpretedAsClaim": {[]string{"CreativeWork"}, []string{"Claim"}},
	"claimInterpreter": {[]string{"Claim"}, []string{"Person", "Organization"}},
	"appearance":       {[]string{"Claim"}, []string{"CreativeWork"}}, "firstAppearance": {[]string{"Claim"}, []string{"CreativeWork"}},
	"itemListElement": {[]string{"ItemList"}, []string{"ListItem"}}, "position": {[]string{"ListItem"}, []string{"Integer"}},
	"item": {[]string{"ListItem"}, []string{"Thing"}},
}

// isA reports whether a type is one of others or a kind of one.
func isA(name string, others []string) bool {
	for ; name != ""; name = parents[name] {
		if slices.Contains(others, name) {
			return true
		}
	}
	return false
}

// linkedDataOf reads the JSON-LD of a page, of which there must be one.
func linkedDataOf(t *testing.T, path string, doc *goquery.Document) map[string]any {
	t.Helper()
	blocks := doc.Find("head script[type='application/ld+json']")
	if blocks.Length() != 1 {
		t.Fatalf("%s has %d blocks of JSON-LD, want 1", path, blocks.Length())
	}
	var data map[string]any
	if err := json.Unmarshal([]byte(blocks.Text()), &data); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return data
}

// vocabulary loads the context of schema.org as the tests have it, and nothing else.
type vocabulary struct{ context any }

func newVocabulary(t *testing.T) vocabulary {
	t.Helper()
	file, err := os.ReadFile("testdata/schema.org.jsonld")
	if err != nil {
		t.Fatal(err)
	}
	var v vocabulary
	if err := json.Unmarshal(file, &v.context); err != nil {
		t.Fatal(err)
	}
	return v
}

// LoadDocument is [ld.DocumentLoader].
func (v vocabulary) LoadDocument(u string) (*ld.RemoteDocument, error) {
	if u != "https://schema.org" {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, u)
	}
	return &ld.RemoteDocument{DocumentURL: u, Document: v.context}, nil
}

// TestLinkedData reads what every page tells programs, with a processor that is not ours, and compares it with the
// vocabulary.
func TestLinkedData(t *testing.T) {
	t.Parallel()
	s := newCorrectedSite(t)
	vocabulary := newVocabulary(t)
	known := map[string]string{} // types by id
	nodes := map[string][]map[string]any{}
	for path, a := range s.crawl() {
		if !strings.HasPrefix(a.mediaType, "text/html") || strings.HasPrefix(path, "/embed/") {
			continue
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		data := linkedDataOf(t, path, doc)
		if data["@context"] != "https://schema.org" || len(data) != 2 {
			t.Errorf("%s: its context is %v", path, data["@context"])
		}
		options := ld.NewJsonLdOptions("")
		options.DocumentLoader = vocabulary
		expanded, err := ld.NewJsonLdProcessor().Expand(data, options)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if written, read := countProperties(data["@graph"]), countProperties(expanded); written != read {
			t.Errorf("%s has %d properties, of which the vocabulary knows %d", path, written, read)
		}
		eachNode(expanded, func(n map[string]any) {
			nodes[path] = append(nodes[path], n)
			id, _ := n["@id"].(string)
			if id != "" && !strings.HasPrefix(id, exampleURL+"/") {
				t.Errorf("%s tells of %q, which is no address of ours", path, id)
			}
			if types, ok := n["@type"].([]any); ok && id != "" {
				known[id] = localName(types[0].(string))
			}
		})
	}
	for path, list := range nodes {
		for _, n := range list {
			checkNode(t, path, n, known)
		}
	}
}

func localName(iri string) string { return strings.TrimPrefix(iri, "http://schema.org/") }

// eachNode visits every node of expanded JSON-LD that has a type.
func eachNode(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			eachNode(e, visit)
		}
	case map[string]any:
		if v["@type"] != nil && v["@value"] == nil {
			visit(v)
		}
		for _, e := range v {
			eachNode(e, visit)
		}
	}
}

// countProperties counts the properties of all things in JSON-LD.
func countProperties(v any) (n int) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n += countProperties(e)
		}
	case map[string]any:
		for name, e := range v {
			if !strings.HasPrefix(name, "@") {
				n++
			}
			n += countProperties(e)
		}
	}
	return n
}

// checkNode wants the properties of a thing to be those of its type, and their values to be of a type that they may have.
func checkNode(t *testing.T, path string, n map[string]any, known map[string]string) {
	t.Helper()
	kind := localName(n["@type"].([]any)[0].(string))
	if _, ok := parents[kind]; !ok {
		t.Errorf("%s tells of a %q", path, kind)
	}
	for iri, values := range n {
		if strings.HasPrefix(iri, "@") {
			continue
		}
		name := localName(iri)
		p, ok := properties[name]
		if !ok || !isA(kind, p.of) {
			t.Errorf("%s: a %s has %s", path, kind, name)
			continue
		}
		for _, v := range values.([]any) {
			v := v.(map[string]any)
			if literal, ok := v["@value"]; ok {
				checkLiteral(t, path, name, p, literal, v["@type"])
				continue
			}
			id, _ := v["@id"].(string)
			typed := known[id]
			if types, ok := v["@type"].([]any); ok {
				typed = localName(types[0].(string))
			}
			if slices.Contains(p.is, "URL") {
				if !strings.HasPrefix(id, "https://") {
					t.Errorf("%s: %s of a %s is %q", path, name, kind, id)
				}
				continue
			}
			if !isA(typed, p.is) {
				t.Errorf("%s: %s of a %s is %s, a %q", path, name, kind, id, typed)
			}
		}
	}
}

func checkLiteral(t *testing.T, path, name string, p property, value, kind any) {
	t.Helper()
	said, isText := value.(string)
	_, isNumber := value.(float64)
	ok := false
	switch {
	case slices.Contains(p.is, "Date"):
		ok = isText && kind == "http://schema.org/Date" && (len(said) == len("2031-03-15") || strings.HasSuffix(said, "Z"))
	case slices.Contains(p.is, "Integer"):
		ok = isNumber
	case slices.Contains(p.is, "Text"):
		ok = isText && strings.TrimSpace(said) != ""
	}
	if !ok {
		t.Errorf("%s: %s is %v", path, name, value)
	}
}

// nodesOf returns the things of a type that a page tells of at the top.
func (s *site) nodesOf(t *testing.T, path, kind string) (list []map[string]any) {
	t.Helper()
	for _, n := range linkedDataOf(t, path, s.get(path, http.StatusOK))["@graph"].([]any) {
		if n := n.(map[string]any); n["@type"] == kind {
			list = append(list, n)
		}
	}
	return list
}

// TestLinkedFact looks at what the page of a fact and that of an edition tell.
func TestLinkedFact(t *testing.T) {
	t.Parallel()
	s := newCorrectedSite(t)
	live := s.nodesOf(t, "/facts/bridge-open", "Question")[0]
	if live["@id"] != exampleURL+"/facts/bridge-open" || live["version"] != "3" || live["name"] != "Was the Long Bridge open, to whom, and when?" || live["dateModified"] == nil {
		t.Errorf("question = %v", live)
	}
	if correction, ok := live["correction"].(map[string]any); !ok || correction["text"] != "The question left out the time." {
		t.Errorf("correction = %v", live["correction"])
	}
	old := s.nodesOf(t, "/facts/bridge-open/editions/1", "Question")[0]
	if old["@id"] != exampleURL+"/facts/bridge-open/editions/1" || old["version"] != "1" || old["datePublished"] == nil || old["correction"] != nil ||
		old["exampleOfWork"].(map[string]any)["@id"] != live["@id"] {
		t.Errorf("question of edition 1 = %v", old)
	}
	claims := map[string]map[string]any{}
	for _, c := range old["about"].([]any) {
		c := c.(map[string]any)
		claims[strings.TrimPrefix(c["@id"].(string), exampleURL+"/claims/")] = c
		if c["creator"] == nil && c["creditText"] == nil {
			t.Errorf("nobody makes the claim %v", c["@id"])
		}
		if (c["appearance"] == nil) == (c["firstAppearance"] == nil) {
			t.Errorf("the claim %v appeared in %v, first in %v", c["@id"], c["appearance"], c["firstAppearance"])
		}
	}
	if got, want := slices.Sorted(maps.Keys(claims)), texts(s.get("/facts/bridge-open/editions/1", http.StatusOK), ".claim .code"); len(got) != 11 {
		t.Errorf("claims %v, want all of %v", got, want)
	}
	if c := claims["V8N-K4HM"]; c["creator"].(map[string]any)["name"] != "The harbour master" || c["text"] != "dismissed talk of a closed bridge as idle" || c["dateCreated"] != "2031-03-14" {
		t.Errorf("claim = %v", c)
	}
	if c := claims["7B2-51RV"]; c["dateCreated"] != nil || c["inLanguage"] != "ar" {
		t.Errorf("claim of an inferred day = %v", c)
	}
	for _, a := range old["citation"].([]any) {
		a := a.(map[string]any)
		switch a["@id"] {
		case exampleURL + "/articles/wire-2031-06-03": // the headline is the desk's
			if a["headline"] != nil || a["url"] != "https://wire.example/a?id=7&x=1" || a["datePublished"] != "2031-06-03" || a["creditText"] != "Staff" {
				t.Errorf("article = %v", a)
			}
		case exampleURL + "/articles/gazette-2031-03-15":
			if a["headline"] != "Harbour master and envoy speak of the bridge" || a["@type"] != "NewsArticle" {
				t.Errorf("article = %v", a)
			}
		case exampleURL + "/articles/jisr-2031-03":
			if a["datePublished"] != nil || a["url"] != nil {
				t.Errorf("article of an inferred day = %v", a)
			}
		}
	}
}

// TestLinkedClaim looks at whose words a page says a passage has.
func TestLinkedClaim(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for code, want := range map[string][2]string{ // of the claim, of its words
		"PBX-XJA6": {"The envoy of the League", "The envoy of the League"}, // quoted
		"V8N-K4HM": {"The harbour master", "Harbour Gazette"},              // paraphrased
		"Q54-PCSB": {"Harbour Gazette", "Harbour Gazette"},                 // the outlet's own voice
		"GXY-Q5CD": {"Many travellers", "Strait Wire"},                     // nobody in particular
	} {
		path := ui.ClaimPath(code)
		claim, words := s.nodesOf(t, path, "Claim")[0], s.nodesOf(t, path, "Quotation")[0]
		for i, n := range []map[string]any{claim, words} {
			got, _ := n["creditText"].(string)
			if creator, ok := n["creator"].(map[string]any); ok {
				got = creator["name"].(string)
			}
			if got != want[i] {
				t.Errorf("%s: the %s is of %q, want %q", code, n["@type"], got, want[i])
			}
		}
		if claim["text"] != words["text"] || words["interpretedAsClaim"].(map[string]any)["@id"] != claim["@id"] {
			t.Errorf("%s: claim %v, words %v", code, claim, words)
		}
	}
}

// TestLinkedWithheld takes down what a claim says, who says it and where: nothing is told of them.
func TestLinkedWithheld(t *testing.T) {
	t.Parallel()
	s := &Server{publicURL: exampleURL}
	down := edition.Redaction{On: "2031-08-01T00:00:00Z", Reason: "asked to"}
	c := edition.Claim{Code: "V8N-K4HM", Segments: []string{"withheld"}, Voice: string(narrative.DirectQuote), Withheld: down}
	a := edition.Article{Slug: "gazette-2031-03-15", Headline: "withheld", HeadlineBy: string(narrative.ByArticle), Withheld: down}
	nobody := s.sourceMaker(edition.Source{Slug: "harbour-master", Name: "withheld", Kind: string(narrative.Person), Withheld: down})
	for _, told := range []thing{s.claimThing(c, a, nobody), s.quotationThing(c, nobody, nobody), s.articleThing(a, nobody)} {
		body, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "withheld") {
			t.Errorf("a %s says %s", told.Type, body)
		}
	}
}
