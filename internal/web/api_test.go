package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A contract is what the description of the API promises, and which of it was seen.
type contract struct {
	t        *testing.T
	paths    map[string]apiOperation // that read what is published
	desk     map[string]apiOperation // by method and path
	router   chi.Router              // finds the operation of a path
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
	seen     map[string]bool // operation and status
}

// An apiOperation is what the tests need of one in the description.
type apiOperation struct {
	OperationID string
	Parameters  []struct{ Name, In string }
	Responses   map[string]struct {
		Content map[string]struct {
			Schema struct {
				Ref string `json:"$ref"`
			}
		}
	}
}

// newContract reads the description that a site gives.
func newContract(s *site, t *testing.T) *contract {
	t.Helper()
	response, body := s.fetch(ui.OpenAPIPath, http.StatusOK)
	if got := response.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("the description is of type %q", got)
	}
	var doc struct {
		Paths map[string]map[string]apiOperation
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{
		t: t, paths: map[string]apiOperation{}, desk: map[string]apiOperation{}, router: chi.NewRouter(), compiler: jsonschema.NewCompiler(),
		schemas: map[string]*jsonschema.Schema{}, seen: map[string]bool{},
	}
	c.compiler.AssertFormat()
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	if err := c.compiler.AddResource("https://counterclaim.example/openapi.json", whole); err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths {
		for method, op := range item {
			method = strings.ToUpper(method)
			if strings.HasPrefix(path, "/v1/desk/") {
				c.desk[method+" /api"+path] = op
			} else {
				c.paths["/api"+path] = op
			}
			c.router.MethodFunc(method, "/api"+path, func(http.ResponseWriter, *http.Request) {})
		}
	}
	return c
}

// pattern returns the path of the operation that answers a path, "" if there is none.
func (c *contract) pattern(method, path string) string {
	route := chi.NewRouteContext()
	if !c.router.Match(route, method, path) {
		return ""
	}
	return route.RoutePattern()
}

// check holds an answer against the description.
func (c *contract) check(address string, status int, header http.Header, body []byte) {
	c.t.Helper()
	path, _, _ := strings.Cut(address, "?")
	op, ok := c.paths[c.pattern(http.MethodGet, path)]
	if !ok {
		c.t.Errorf("%s is of no operation", address)
		return
	}
	c.checkAnswer(op, address, status, header, body)
}

// checkAnswer holds an answer of an operation against the description.
func (c *contract) checkAnswer(op apiOperation, address string, status int, header http.Header, body []byte) {
	c.t.Helper()
	response, ok := op.Responses[fmt.Sprint(status)]
	if !ok {
		c.t.Errorf("%s: status %d, of which the description does not tell", address, status)
		return
	}
	c.seen[fmt.Sprintf("%s %d", op.OperationID, status)] = true
	if len(response.Content) == 0 {
		if len(body) > 0 {
			c.t.Errorf("%s: status %d with a body", address, status)
		}
		return
	}
	content, ok := response.Content[header.Get("Content-Type")]
	if !ok {
		c.t.Errorf("%s: status %d of type %q, want one of %v", address, status, header.Get("Content-Type"), slices.Collect(maps.Keys(response.Content)))
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		c.t.Errorf("%s: status %d: %v", address, status, err)
		return
	}
	if err := c.schema(content.Schema.Ref).Validate(value); err != nil {
		c.t.Errorf("%s: status %d: %v", address, status, err)
	}
}

func (c *contract) schema(ref string) *jsonschema.Schema {
	c.t.Helper()
	if c.schemas[ref] == nil {
		schema, err := c.compiler.Compile("https://counterclaim.example/openapi.json" + ref)
		if err != nil {
			c.t.Fatal(err)
		}
		c.schemas[ref] = schema
	}
	return c.schemas[ref]
}

// read asks for an address of the API, checks the answer and returns it.
func (c *contract) read(s *site, address string, status int) *httptest.ResponseRecorder {
	c.t.Helper()
	answer, queries := s.ask(address, "")
	c.check(address, answer.Code, answer.Header(), answer.Body.Bytes())
	if answer.Code != status {
		c.t.Errorf("GET %s: status %d, want %d\n%.300s", address, answer.Code, status, answer.Body)
	}
	if most := map[bool]int{true: 1, false: 2}[answer.Code == http.StatusOK]; queries > most {
		c.t.Errorf("GET %s: %d queries", address, queries)
	}
	return answer
}

// inAPI are the addresses of the API in an answer.
var inAPI = regexp.MustCompile(`"https://counterclaim\.example(/api/v1/[^"]*)"`)

// crawlAPI follows all addresses of the API, from its lists on, and returns those that it saw.
func (c *contract) crawlAPI(s *site) map[string]bool {
	c.t.Helper()
	seen := map[string]bool{}
	var queue []string
	for pattern := range c.paths {
		switch {
		case strings.Contains(pattern, "/log/"):
			queue = append(queue, strings.Replace(pattern, "{index}", "0", 1)+routeQueries[pattern])
		case !strings.Contains(pattern, "{"):
			queue = append(queue, pattern+"?limit=3")
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		answer := c.read(s, at, http.StatusOK)
		for _, found := range inAPI.FindAllStringSubmatch(answer.Body.String(), -1) {
			address := strings.ReplaceAll(found[1], `\u0026`, "&")
			queue = append(queue, address)
			if path, ok := strings.CutSuffix(address, "/editions"); ok {
				queue = append(queue, path+"/changes?from=1&to=1")
			}
		}
	}
	return seen
}

// correct publishes a correction of the sample's first fact.
func (s *site) correct() {
	s.t.Helper()
	c := sample()
	c.Facts[0].Question = "Was [[long-bridge]] open to carts, and to whose?"
	s.importing(c)
	_, err := s.store.Publish(s.t.Context(), store.Publication{Reason: "The question left out the carts.", Kind: edition.Correction, Actor: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	s.heard()
}

// importing writes a collection without publishing it.
func (s *site) importing(c narrative.Collection) {
	s.t.Helper()
	err := s.store.Import(s.t.Context(), "test", "a test", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestAPIContract asks every operation for all that the sample and the shipped corpus have, and holds each answer against
// the description.
func TestAPIContract(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*site{"sample": newSampleSite(t), "corpus": newCorpusSite(t)} {
		if name == "sample" {
			s.correct()
		}
		c := newContract(s, t)
		addresses := c.crawlAPI(s)
		if len(addresses) < 80 {
			t.Errorf("%s: only %d addresses", name, len(addresses))
		}
		for _, op := range c.paths {
			if !c.seen[op.OperationID+" 200"] {
				t.Errorf("%s: %s was never asked", name, op.OperationID)
			}
		}
		if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
			t.Errorf("%s: faults of ours:\n%.2000s", name, log)
		}
	}
}

// TestAPIWords compares the words that the API gives with those of the corpus, to the letter.
func TestAPIWords(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	claims := 0
	for _, a := range sample().Articles {
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				answer, _ := s.ask(ui.APIOf(ui.ClaimPath(string(claim.Code))), "")
				var got struct{ Words []string }
				if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
					t.Fatal(err)
				}
				want := claim.Words
				if len(want) == 0 {
					want = []string{b.Text}
				}
				if !slices.Equal(got.Words, want) {
					t.Errorf("claim %s: words %q, want %q", claim.Code, got.Words, want)
				}
				claims++
			}
		}
	}
	if claims < 10 {
		t.Errorf("only %d claims", claims)
	}
}

// TestAPIPaging walks each list in parts of every size, and wants all its items once, in one order.
func TestAPIPaging(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	s.correct()
	c := newContract(s, t)
	lists := []string{
		"/api/v1/disputes", "/api/v1/facts", "/api/v1/facts?dispute=aldmouth-strait", "/api/v1/claims", "/api/v1/claims?fact=bridge-open",
		"/api/v1/claims?source=harbour-master", "/api/v1/claims?outlet=harbour-gazette&party=eastbank", "/api/v1/claims?article=jisr-2031-03",
		"/api/v1/figures", "/api/v1/figures?fact=bridge-open", "/api/v1/articles", "/api/v1/sources", "/api/v1/parties", "/api/v1/outlets",
		"/api/v1/events", "/api/v1/corrections", "/api/v1/facts/bridge-open/editions",
	}
	for _, list := range lists {
		var whole []string
		for _, limit := range []int{100, 1, 2, 3, 7} {
			var items []string
			next := withLimit(list, limit)
			for parts := 0; next != ""; parts++ {
				if parts > 200 {
					t.Fatalf("%s has no end", list)
				}
				part, link := c.part(s, next)
				if len(part) > limit || len(part) == 0 {
					t.Errorf("%s: %d items, want 1 to %d", next, len(part), limit)
				}
				items, next = append(items, part...), link
			}
			if whole == nil {
				whole = items
			}
			if !slices.Equal(items, whole) {
				t.Errorf("%s by %d: %d items, other than the %d in one part", list, limit, len(items), len(whole))
			}
		}
		if slices.Sort(whole); len(slices.Compact(whole)) != len(whole) {
			t.Errorf("%s has an item twice", list)
		}
		if len(whole) == 0 {
			t.Errorf("%s is empty", list)
		}
	}
}

func withLimit(list string, limit int) string {
	separator := "?"
	if strings.Contains(list, "?") {
		separator = "&"
	}
	return fmt.Sprintf("%s%slimit=%d", list, separator, limit)
}

// part reads a part of a list: its items as they are written, and the path of the next part.
func (c *contract) part(s *site, address string) (items []string, next string) {
	c.t.Helper()
	answer := c.read(s, address, http.StatusOK)
	var list struct {
		Items []json.RawMessage
		Next  string
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil {
		c.t.Fatal(err)
	}
	for _, item := range list.Items {
		items = append(items, string(item))
	}
	link := ""
	if list.Next != "" {
		link = "<" + list.Next + `>; rel="next"`
	}
	if got := answer.Header().Get("Link"); got != link {
		c.t.Errorf("%s: Link %q, want %q", address, got, link)
	}
	return items, strings.TrimPrefix(list.Next, "https://counterclaim.example")
}

// TestAPIFilters checks that filters leave what they say.
func TestAPIFilters(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	type claim struct {
		Code                string
		Source, Outlet      struct{ Slug string }
		Article             struct{ Slug string }
		Party, AttributedTo *struct{ Slug string }
		Facts               []struct{ Fact struct{ Slug string } }
	}
	read := func(query string) map[string]claim {
		items, next := c.part(s, "/api/v1/claims?limit=100"+query)
		if next != "" {
			t.Fatal("the sample has too many claims for one part")
		}
		claims := map[string]claim{}
		for _, item := range items {
			var x claim
			if err := json.Unmarshal([]byte(strings.ReplaceAll(item, "attributed_to", "AttributedTo")), &x); err != nil {
				t.Fatal(err)
			}
			claims[x.Code] = x
		}
		return claims
	}
	all := read("")
	for query, holds := range map[string]func(claim) bool{
		"&outlet=harbour-gazette":     func(x claim) bool { return x.Outlet.Slug == "harbour-gazette" },
		"&article=gazette-2031-03-15": func(x claim) bool { return x.Article.Slug == "gazette-2031-03-15" },
		"&party=eastbank":             func(x claim) bool { return x.Party != nil && x.Party.Slug == "eastbank" },
		"&source=harbour-master": func(x claim) bool {
			return x.Source.Slug == "harbour-master" || x.AttributedTo != nil && x.AttributedTo.Slug == "harbour-master"
		},
		"&fact=bridge-open": func(x claim) bool {
			return slices.ContainsFunc(x.Facts, func(f struct{ Fact struct{ Slug string } }) bool { return f.Fact.Slug == "bridge-open" })
		},
		"&fact=swans-counted&party=eastbank": func(x claim) bool {
			return x.Party != nil && x.Party.Slug == "eastbank" && slices.ContainsFunc(x.Facts, func(f struct{ Fact struct{ Slug string } }) bool { return f.Fact.Slug == "swans-counted" })
		},
	} {
		got := read(query)
		for code, x := range all {
			if _, in := got[code]; in != holds(x) {
				t.Errorf("%s: claim %s is in it: %v, want %v", query, code, in, holds(x))
			}
		}
		if len(got) == len(all) {
			t.Errorf("%s leaves all claims", query)
		}
	}
}
