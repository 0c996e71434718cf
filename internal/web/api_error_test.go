package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// TestAPIErrors asks for what there is not, and in ways that cannot be answered.
func TestAPIErrors(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	for address, want := range map[string]struct {
		status   int
		location string // of the fault, "" for none
	}{
		"/api/v1/facts/nothing":                                   {404, ""},
		"/api/v1/facts/Bridge-Open":                               {404, "path.slug"},
		"/api/v1/facts/a":                                         {404, ""},
		"/api/v1/facts/bridge-open/editions/2":                    {404, ""},
		"/api/v1/facts/bridge-open/editions/0":                    {404, "path.number"},
		"/api/v1/facts/bridge-open/editions/x":                    {404, "path.number"},
		"/api/v1/facts/bridge-open/editions/99999999999999999999": {404, "path.number"},
		"/api/v1/facts/bridge-open/editions/2147483648":           {404, "path.number"},
		"/api/v1/facts/nothing/editions":                          {404, ""},
		"/api/v1/facts/bridge-open/editions?after=x":              {422, "query.after"},
		"/api/v1/facts/bridge-open/editions?after=0":              {422, "query.after"},
		"/api/v1/facts/bridge-open/changes":                       {422, "query.from"},
		"/api/v1/facts/bridge-open/changes?from=2&to=1":           {422, "query.to"},
		"/api/v1/facts/bridge-open/changes?from=1&to=2":           {404, ""},
		"/api/v1/facts/bridge-open/changes?from=1&to=one":         {422, "query.to"},
		"/api/v1/claims/000-0000":                                 {404, ""},
		"/api/v1/claims/%20":                                      {404, ""},
		"/api/v1/articles/nothing":                                {404, ""},
		"/api/v1/sources/nothing":                                 {404, ""},
		"/api/v1/parties/nothing":                                 {404, ""},
		"/api/v1/outlets/nothing":                                 {404, ""},
		"/api/v1/events/nothing":                                  {404, ""},
		"/api/v1/disputes/nothing":                                {404, ""},
		"/api/v1/facts?limit=0":                                   {422, "query.limit"},
		"/api/v1/facts?limit=101":                                 {422, "query.limit"},
		"/api/v1/facts?limit=-1":                                  {422, "query.limit"},
		"/api/v1/facts?limit=1e2":                                 {422, "query.limit"},
		"/api/v1/facts?limit=99999999999999999999":                {422, "query.limit"},
		"/api/v1/facts?limit=1&limit=2":                           {422, "query.limit"},
		"/api/v1/facts?after=x":                                   {422, "query.after"},
		"/api/v1/facts?after=2031-13-01~bridge-open":              {422, "query.after"},
		"/api/v1/facts?after=" + strings.Repeat("a", 201):         {422, "query.after"},
		"/api/v1/facts?dispute=nothing":                           {422, "query.dispute"},
		"/api/v1/facts?dispute=" + url.QueryEscape("a b"):         {422, "query.dispute"},
		"/api/v1/facts?fact=bridge-open":                          {422, "query.fact"},
		"/api/v1/facts?%00=1":                                     {422, "query.\x00"},
		"/api/v1/facts?after=%00":                                 {422, "query.after"},
		"/api/v1/facts?after=%ff":                                 {422, "query.after"},
		"/api/v1/facts?after=%zz":                                 {400, ""},
		"/api/v1/facts?a;b":                                       {400, ""},
		"/api/v1/claims?source=nothing":                           {422, "query.source"},
		"/api/v1/claims?outlet=nothing&fact=bridge-open":          {422, "query.outlet"},
		"/api/v1/claims?article=nothing":                          {422, "query.article"},
		"/api/v1/claims?party=nothing":                            {422, "query.party"},
		"/api/v1/claims?fact=nothing":                             {422, "query.fact"},
		"/api/v1/claims?q=carts":                                  {422, "query.q"},
		"/api/v1/claims?after=2031-03-01":                         {422, "query.after"},
		"/api/v1/figures?fact=nothing":                            {422, "query.fact"},
		"/api/v1/figures?after=2031-03-01~V8N-K4HM":               {422, "query.after"},
		"/api/v1/figures?after=2031-03-01~V8N-K4HM~0":             {422, "query.after"},
		"/api/v1/figures?after=~1":                                {422, "query.after"},
		"/api/v1/events?after=today~a":                            {422, "query.after"},
		"/api/v1/sources?after=~":                                 {422, "query.after"},
		"/api/v1/corrections?after=-1":                            {422, "query.after"},
	} {
		answer := c.read(s, address, want.status)
		var problem struct {
			Type, Title, Detail string
			Status              int
			Errors              []struct{ Location, Detail string }
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if problem.Status != want.status || problem.Title != http.StatusText(want.status) || problem.Type != "about:blank" || problem.Detail == "" {
			t.Errorf("%s: %+v", address, problem)
		}
		location := ""
		if len(problem.Errors) > 0 {
			location = problem.Errors[0].Location
		}
		if location != want.location {
			t.Errorf("%s: the fault lies in %q, want %q", address, location, want.location)
		}
		if got := answer.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", address, got)
		}
	}
	for _, address := range []string{"/api/v1", "/api/v1/nothing", "/api/v1/facts/", "/api/v2/facts", "/api/docs", "/api/openapi.yaml", "/api/schemas/Fact.json"} {
		answer, _ := s.ask(address, "")
		if got := answer.Header().Get("Content-Type"); answer.Code != http.StatusNotFound || got != "application/problem+json" {
			t.Errorf("GET %s: status %d of type %q", address, answer.Code, got)
		}
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("mistakes of others were logged as faults of ours:\n%.2000s", log)
	}
}

// TestAPIHostile puts what nobody should send into each parameter of each operation.
func TestAPIHostile(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	paths := routePaths(t, s)
	for pattern, op := range c.paths {
		for _, p := range op.Parameters {
			if p.In != "query" {
				continue
			}
			for _, evil := range []string{
				"\x00", "\xff\xfe", "\xed\xa0\x80", strings.Repeat("9", 400), "-9223372036854775809", "1.5", "NaN", "'; DROP TABLE log; --", "<script>", "../..", "$1", "%",
				"\u202e", "infinity~a b", "2031-01-01~\x00", "~~~", "null", "[]", "{}", strings.Repeat("~", 150), "0x10", "١", "true",
			} {
				path, _, _ := strings.Cut(paths[pattern], "?")
				address := path + "?" + url.Values{p.Name: {evil}}.Encode()
				answer, _ := s.ask(address, "")
				c.check(address, answer.Code, answer.Header(), answer.Body.Bytes())
				if answer.Code != http.StatusUnprocessableEntity && answer.Code != http.StatusBadRequest {
					t.Errorf("GET %s: status %d, want 422 or 400", address, answer.Code)
				}
			}
		}
	}
}

// TestAPIMoved asks for nouns, and narrows lists, by names of the past.
func TestAPIMoved(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	db, err := pgx.Connect(t.Context(), s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	for kind, names := range map[string][2]string{
		"fact": {"old-fact", "bridge-open"}, "source": {"old-source", "carters"}, "claim": {"X0K-3H6E", "V8N-K4HM"}, "dispute": {"old-dispute", "aldmouth-strait"},
		"party": {"old-party", "eastbank"}, "outlet": {"old-outlet", "harbour-gazette"}, "article": {"old-article", "jisr-2031-03"}, "event": {"old-event", "call-march"},
	} {
		if _, err := db.Exec(t.Context(), `INSERT INTO names (kind, name, target) VALUES ($1, $2, $3)`, kind, names[0], names[1]); err != nil {
			t.Fatal(err)
		}
	}
	c := newContract(s, t)
	for address, want := range map[string]string{
		"/api/v1/facts/old-fact":                          "/api/v1/facts/bridge-open",
		"/api/v1/facts/old-fact/editions":                 "/api/v1/facts/bridge-open/editions",
		"/api/v1/disputes/old-dispute":                    "/api/v1/disputes/aldmouth-strait",
		"/api/v1/sources/old-source":                      "/api/v1/sources/carters",
		"/api/v1/parties/old-party":                       "/api/v1/parties/eastbank",
		"/api/v1/outlets/old-outlet":                      "/api/v1/outlets/harbour-gazette",
		"/api/v1/articles/old-article":                    "/api/v1/articles/jisr-2031-03",
		"/api/v1/events/old-event":                        "/api/v1/events/call-march",
		"/api/v1/claims/X0K-3H6E":                         "/api/v1/claims/V8N-K4HM",
		"/api/v1/claims/v8nk4hm":                          "/api/v1/claims/V8N-K4HM",
		"/api/v1/facts?dispute=old-dispute":               "/api/v1/facts?dispute=aldmouth-strait",
		"/api/v1/claims?limit=7&source=old-source":        "/api/v1/claims?limit=7&source=carters",
		"/api/v1/claims?fact=bridge-open&party=old-party": "/api/v1/claims?fact=bridge-open&party=eastbank",
		"/api/v1/figures?fact=old-fact":                   "/api/v1/figures?fact=bridge-open",
	} {
		answer := c.read(s, address, http.StatusMovedPermanently)
		var moved struct {
			To string `json:"moved_to"`
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &moved); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if got := answer.Header().Get("Location"); got != want || moved.To != "https://counterclaim.example"+want {
			t.Errorf("%s leads to %q (%s), want %q", address, got, moved.To, want)
		}
	}
}

// TestAPIErased asks for an edition of which nothing is left.
func TestAPIErased(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	if err := s.store.Erase(t.Context(), "test", "bridge-open", 1, "a court order"); err != nil {
		t.Fatal(err)
	}
	s.heard()
	c := newContract(s, t)
	fact := "/api/v1/facts/bridge-open"
	c.read(s, fact, http.StatusGone)
	c.read(s, fact+"/changes?from=1&to=1", http.StatusGone)
	answer := c.read(s, fact+"/editions/1", http.StatusOK)
	for _, want := range []string{`"withheld_on":"`, `"gone":true`} {
		if !strings.Contains(answer.Body.String(), want) {
			t.Errorf("the edition does not say %s: %s", want, answer.Body)
		}
	}
	c.read(s, fact+"/editions", http.StatusOK)
}

// TestAPITakenDown asks for what something was taken out of, and follows all addresses that are left.
func TestAPITakenDown(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for _, gone := range []store.NounKey{ // in this order: with the source goes what names it
		{Kind: narrative.KindClaim, Key: "V8N-K4HM"}, {Kind: narrative.KindArticle, Key: "jisr-2031-03"}, {Kind: narrative.KindSource, Key: "harbour-master"},
	} {
		if _, err := s.store.TakeDown(t.Context(), store.Takedown{Kind: gone.Kind, Name: gone.Key, Reason: "asked to", Actor: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	s.heard()
	c := newContract(s, t)
	c.crawlAPI(s)
	withheld, _ := s.ask("/api/v1/claims?limit=100", "")
	if n := strings.Count(withheld.Body.String(), `"words":["[withheld`); n == 0 {
		t.Errorf("no claim says that its words are withheld: %.2000s", withheld.Body)
	}
	if n := strings.Count(withheld.Body.String(), `"withheld":{"on":"`); n == 0 {
		t.Error("no claim says since when and why its words are withheld")
	}
	for _, path := range []string{"claims/V8N-K4HM", "articles/jisr-2031-03", "sources/harbour-master"} {
		answer, _ := s.ask("/api/v1/"+path, "")
		c.check("/api/v1/"+path, answer.Code, answer.Header(), answer.Body.Bytes())
		if answer.Code == http.StatusNotFound || answer.Code >= http.StatusInternalServerError {
			t.Errorf("%s: status %d", path, answer.Code)
		}
	}
}

// TestAPIWithdrawn asks for facts that are on no list any more.
func TestAPIWithdrawn(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	if _, err := s.store.Withdraw(t.Context(), store.Withdrawal{Fact: "swans-counted", Reason: "Nobody asks.", Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	s.heard()
	c := newContract(s, t)
	fact := "/api/v1/facts/swans-counted"
	answer := c.read(s, fact, http.StatusOK)
	if !strings.Contains(answer.Body.String(), `"fate":{"kind":"withdrawn"`) {
		t.Errorf("the fact does not say that it was withdrawn: %.300s", answer.Body)
	}
	for _, path := range []string{"/editions", "/editions/1", "/editions/2", "/changes?from=1&to=2"} {
		c.read(s, fact+path, http.StatusOK)
	}
	if list := c.read(s, "/api/v1/facts", http.StatusOK); strings.Contains(list.Body.String(), "swans-counted") {
		t.Error("the fact is on the list")
	}
}

// TestAPIFromElsewhere asks as browsers do for pages of other sites.
func TestAPIFromElsewhere(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	want := map[string]string{
		"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Credentials": "", "Set-Cookie": "",
		"Content-Security-Policy": contentSecurityPolicy, "X-Content-Type-Options": "nosniff",
	}
	ask := func(method, path, held string) *http.Response {
		r := s.request(method, path)
		r.Header.Set("Origin", "https://elsewhere.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Sec-Fetch-Mode", "cors")
		if held != "" {
			r.Header.Set("If-None-Match", held)
		}
		response, _ := s.do(r)
		for name, value := range want {
			if got := response.Header.Get(name); got != value {
				t.Errorf("%s %s: %s is %q, want %q", method, path, name, got, value)
			}
		}
		return response
	}
	for path, status := range map[string]int{
		"/api/v1/facts": 200, "/api/v1/claims/V8N-K4HM": 200, "/api/openapi.json": 200, "/api/v1/facts/nothing": 404, "/api/v1/facts?limit=0": 422, "/api/v1/facts?x=1": 422,
		"/api/v1/facts?%zz": 400, "/api/nothing": 404,
	} {
		response := ask(http.MethodGet, path, "")
		if response.StatusCode != status {
			t.Errorf("GET %s: status %d, want %d", path, response.StatusCode, status)
		}
		if status == 200 && ask(http.MethodGet, path, response.Header.Get("ETag")).StatusCode != http.StatusNotModified {
			t.Errorf("GET %s with its tag is no 304", path)
		}
	}
	for _, path := range []string{"/api/v1/facts", "/api/v1/facts/bridge-open/editions/1"} {
		response := ask(http.MethodOptions, path, "")
		if response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Methods") != "GET, HEAD" ||
			!strings.Contains(response.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
			t.Errorf("OPTIONS %s: status %d, %v", path, response.StatusCode, response.Header)
		}
	}
	response := ask(http.MethodPost, "/api/v1/facts", "")
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusForbidden || got != "application/problem+json" {
		t.Errorf("POST from elsewhere: status %d of type %q", response.StatusCode, got)
	}
}

// TestAPIParameters checks that the memory of answers tells apart what operations do.
func TestAPIParameters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for pattern, op := range newContract(s, t).paths {
		for _, p := range op.Parameters {
			if p.In == "query" && !slices.Contains(parameters, p.Name) {
				t.Errorf("%s: the parameter %s does not count in the memory of answers", pattern, p.Name)
			}
		}
	}
}

// TestAPIWithoutDatabase asks when the database does not answer: whoever asks is told so, and the log is told why.
func TestAPIWithoutDatabase(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, kind := range []string{"facts", "claims/V8N-K4HM"} {
		answer := httptest.NewRecorder()
		s.server.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/"+kind, nil))
		if answer.Code != http.StatusOK { // whoever has gone does not keep others from the answer
			t.Errorf("%s for one who has gone: status %d", kind, answer.Code)
		}
	}
	s.store.Close()
	answer, _ := s.ask("/api/v1/sources", "")
	c.check("/api/v1/sources", answer.Code, answer.Header(), answer.Body.Bytes())
	if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "pool") {
		t.Errorf("status %d: %s", answer.Code, answer.Body)
	}
	if log := s.log.String(); !strings.Contains(log, "closed pool") || !strings.Contains(log, `"request":"`) {
		t.Errorf("the log does not name the cause and the request:\n%s", log)
	}
}
