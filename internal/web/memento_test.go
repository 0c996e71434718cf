package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/web/ui"
)

// The times of the editions of [newVersionedSite], of the kind that RFC 7089 has in its examples.
var editionTimes = []string{"Fri, 15 Sep 2000 11:28:26 GMT", "Tue, 20 Mar 2001 13:31:05 GMT", "Tue, 27 Oct 2009 20:49:54 GMT"}

// newVersionedSite starts a site on which the bridge's fact has three editions, published at [editionTimes].
func newVersionedSite(t *testing.T) *site {
	t.Helper()
	s := newSampleSite(t)
	c := sample()
	for _, label := range []string{"It was shut to carts", "It was shut to most carts"} {
		c.Facts[0].Positions = slices.Clone(c.Facts[0].Positions)
		c.Facts[0].Positions[0].Label = narrative.Markup(label)
		s.publish(c)
	}
	var sql strings.Builder
	for i, at := range editionTimes {
		for _, table := range []string{"editions", "published_editions"} {
			column := map[string]string{"editions": "fact", "published_editions": "fact_id"}[table]
			fmt.Fprintf(&sql, `UPDATE %s SET published_at = '%s'
				WHERE number = %d AND %s = (SELECT fact_id FROM published_facts WHERE fact = 'bridge-open');`, table, at, i+1, column)
		}
	}
	s.alter(sql.String())
	return s
}

// alter changes what readers see behind the back of the store, and waits until the server knows.
func (s *site) alter(sql string) {
	s.t.Helper()
	db, err := pgx.Connect(s.t.Context(), s.db.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close(context.WithoutCancel(s.t.Context())) }() // nothing is left to be written
	_, err = db.Exec(s.t.Context(), `SET session_replication_role = replica; `+sql+`
		; UPDATE generation SET value = value + 1; NOTIFY generation`)
	if err != nil {
		s.t.Fatal(err)
	}
	s.heard()
}

// askAt sends a request with a time, "" for none.
func (s *site) askAt(method, path, at string) *http.Response {
	s.t.Helper()
	r := s.request(method, path)
	if at != "" {
		r.Header.Set("Accept-Datetime", at)
	}
	response, body := s.do(r)
	if method == http.MethodHead && len(body) > 0 {
		s.t.Errorf("HEAD %s has a body of %d bytes", path, len(body))
	}
	return response
}

// A parsedLink is a link as a program reads it.
type parsedLink struct {
	href       string
	attributes map[string]string
}

var (
	webLinkForm      = regexp.MustCompile(`<([^<>]*)>((?:\s*;\s*[a-z]+="[^"]*")+)\s*(,|$)`)
	webAttributeForm = regexp.MustCompile(`([a-z]+)="([^"]*)"`)
)

// parsedLinks reads the links of a header or a TimeMap (RFC 8288, RFC 6690). All of the text must be links.
func parsedLinks(t *testing.T, text string) []parsedLink {
	t.Helper()
	var links []parsedLink
	text = strings.TrimSpace(text)
	for text != "" {
		m := webLinkForm.FindStringSubmatchIndex(text)
		if m == nil || m[0] != 0 {
			t.Fatalf("no link: %.200q", text)
		}
		link := parsedLink{text[m[2]:m[3]], map[string]string{}}
		for _, a := range webAttributeForm.FindAllStringSubmatch(text[m[4]:m[5]], -1) {
			link.attributes[a[1]] = a[2]
		}
		links = append(links, link)
		text = strings.TrimSpace(text[m[1]:])
	}
	return links
}

// linked gives the address to which a header links by a relation, "" if there is none.
func linked(t *testing.T, h http.Header, rel string) string {
	t.Helper()
	for _, k := range parsedLinks(t, strings.Join(h.Values("Link"), ", ")) {
		if slices.Contains(strings.Fields(k.attributes["rel"]), rel) {
			return strings.TrimPrefix(k.href, "https://counterclaim.example")
		}
	}
	return ""
}

// TestMementoDialogue is the dialogue of RFC 7089, 4.2.1 (a TimeGate apart from the Original Resource, which leads to
// Mementos at their own addresses).
func TestMementoDialogue(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	const at = "Tue, 20 Mar 2001 20:35:00 GMT"

	// The original answers as ever and names its TimeGate.
	original := s.askAt(http.MethodHead, "/facts/bridge-open", at)
	if original.StatusCode != http.StatusOK || original.Header.Get("Memento-Datetime") != "" {
		t.Errorf("the original: status %d, Memento-Datetime %q", original.StatusCode, original.Header.Get("Memento-Datetime"))
	}
	if got := original.Header.Get("Vary"); strings.Contains(strings.ToLower(got), "datetime") {
		t.Errorf("the original varies by %q, as if it were its own TimeGate", got)
	}
	gate := linked(t, original.Header, "timegate")
	if gate != "/timegate/facts/bridge-open" {
		t.Fatalf("the TimeGate is at %q", gate)
	}

	// The TimeGate leads to a Memento.
	found := s.askAt(http.MethodGet, gate, at)
	if found.StatusCode != http.StatusFound || found.Header.Get("Location") != "/facts/bridge-open/editions/2" {
		t.Fatalf("the TimeGate: status %d, Location %q", found.StatusCode, found.Header.Get("Location"))
	}
	for name, want := range map[string]string{"Vary": "accept-datetime", "Cache-Control": "no-store", "Memento-Datetime": ""} {
		if got := found.Header.Get(name); got != want {
			t.Errorf("the TimeGate: %s = %q, want %q", name, got, want)
		}
	}
	for rel, want := range map[string]string{
		"original": "/facts/bridge-open", "timemap": "/timemap/facts/bridge-open",
		"first": "/facts/bridge-open/editions/1", "last": "/facts/bridge-open/editions/3",
	} {
		if got := linked(t, found.Header, rel); got != want {
			t.Errorf("the TimeGate's %s is %q, want %q", rel, got, want)
		}
	}

	// The Memento says what it is, and of what.
	memento := s.askAt(http.MethodGet, found.Header.Get("Location"), at)
	if got := memento.Header.Get("Memento-Datetime"); memento.StatusCode != http.StatusOK || got != editionTimes[1] {
		t.Errorf("the Memento: status %d, Memento-Datetime %q, want %q", memento.StatusCode, got, editionTimes[1])
	}
	for rel, want := range map[string]string{"original": "/facts/bridge-open", "timegate": gate, "timemap": "/timemap/facts/bridge-open"} {
		if got := linked(t, memento.Header, rel); got != want {
			t.Errorf("the Memento's %s is %q, want %q", rel, got, want)
		}
	}
}

func TestTimeGate(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	for name, test := range map[string]struct {
		at   string
		want int // edition, 0 for a mistake
	}{
		"no time":                         {"", 3},
		"before the first":                {"Thu, 01 Jan 1970 00:00:00 GMT", 1},
		"the very second of the second":   {"Tue, 20 Mar 2001 13:31:05 GMT", 2},
		"a second before it":              {"Tue, 20 Mar 2001 13:31:04 GMT", 1},
		"after the last":                  {"Thu, 31 Dec 2099 23:59:59 GMT", 3},
		"the last of all years":           {"Fri, 31 Dec 9999 23:59:59 GMT", 3},
		"the first of all years":          {"Mon, 01 Jan 0001 00:00:00 GMT", 1},
		"no year":                         {"Sat, 01 Jan 0000 00:00:00 GMT", 0},
		"no time at all":                  {"now", 0},
		"ISO 8601":                        {"2001-03-20T20:35:00Z", 0},
		"RFC 850":                         {"Tuesday, 20-Mar-01 20:35:00 GMT", 0},
		"asctime":                         {"Tue Mar 20 20:35:00 2001", 0},
		"another zone":                    {"Tue, 20 Mar 2001 20:35:00 +0400", 0},
		"a day that is none":              {"Fri, 30 Feb 2001 20:35:00 GMT", 0},
		"two times":                       {"Tue, 20 Mar 2001 20:35:00 GMT, Tue, 27 Mar 2001 20:35:00 GMT", 0},
		"an interval, as drafts once had": {"Tue, 20 Mar 2001 20:35:00 GMT; -P3DT5H;+P2DT6H", 0},
		"much":                            {strings.Repeat("9", 5000), 0},
		"not UTF-8":                       {"\xff\xfe", 0},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			response := s.askAt(method, "/timegate/facts/bridge-open", test.at)
			status, location := http.StatusFound, ui.EditionPath("bridge-open", test.want)
			if test.want == 0 {
				status, location = http.StatusBadRequest, ""
			}
			if got := response.Header.Get("Location"); response.StatusCode != status || got != location {
				t.Errorf("%s of %s: status %d to %q, want %d to %q", method, name, response.StatusCode, got, status, location)
			}
		}
	}
	r := s.request(http.MethodGet, "/timegate/facts/bridge-open")
	r.Header["Accept-Datetime"] = []string{editionTimes[0], editionTimes[1]}
	if response, _ := s.do(r); response.StatusCode != http.StatusBadRequest {
		t.Errorf("two headers: status %d, want 400", response.StatusCode)
	}
	for _, path := range []string{"/timegate/facts/none", "/timemap/facts/none", "/timegate/facts/No_Slug", "/timemap/facts/bridge-open?after=x", "/timemap/facts/bridge-open?after=3"} {
		s.fetch(path, http.StatusNotFound)
	}
}

// TestTimeMap checks the list of editions: each that it names is there and of the time that it says.
func TestTimeMap(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	response, body := s.fetch("/timemap/facts/bridge-open", http.StatusOK)
	if got := response.Header.Get("Content-Type"); got != "application/link-format" {
		t.Errorf("Content-Type = %q", got)
	}
	const site = "https://counterclaim.example"
	want := []parsedLink{
		{site + "/facts/bridge-open", map[string]string{"rel": "original", "title": "Invented for practice"}},
		{site + "/timemap/facts/bridge-open", map[string]string{
			"rel": "self", "type": "application/link-format", "from": editionTimes[0], "until": editionTimes[2],
		}},
		{site + "/timegate/facts/bridge-open", map[string]string{"rel": "timegate"}},
		{site + "/facts/bridge-open/editions/1", map[string]string{"rel": "first memento", "datetime": editionTimes[0]}},
		{site + "/facts/bridge-open/editions/2", map[string]string{"rel": "memento", "datetime": editionTimes[1]}},
		{site + "/facts/bridge-open/editions/3", map[string]string{"rel": "last memento", "datetime": editionTimes[2]}},
	}
	links := parsedLinks(t, string(body))
	if diff := cmp.Diff(want, links, cmp.AllowUnexported(parsedLink{})); diff != "" {
		t.Errorf("TimeMap (-want +got):\n%s", diff)
	}
	for _, k := range links[3:] {
		memento, _ := s.fetch(strings.TrimPrefix(k.href, site), http.StatusOK)
		if got := memento.Header.Get("Memento-Datetime"); got != k.attributes["datetime"] {
			t.Errorf("%s is of %q, the TimeMap says %q", k.href, got, k.attributes["datetime"])
		}
	}
	_, body = s.fetch("/timemap/facts/swans-counted", http.StatusOK)
	links = parsedLinks(t, string(body))
	if got := links[len(links)-1].attributes["rel"]; len(links) != 4 || got != "first last memento" {
		t.Errorf("the one edition of a fact among %d links is its %q", len(links), got)
	}
}

// TestTimeMapPages follows the pages of a long list by the links between them (RFC 7089, 5.1.2).
func TestTimeMapPages(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	s.alter(`
		INSERT INTO published_editions (log_index, fact_id, number, published_at, kind, reason, title, claims)
		SELECT 1000 + n, fact_id, n, '2040-01-01Z'::timestamptz + n * interval '1 hour', 'update', 'x', 'x', '{}'
		FROM published_facts, generate_series(2, 1200) AS n
		WHERE fact = 'bridge-open'`)
	seen := map[string]bool{}
	var rels []string
	path, visited := "/timemap/facts/bridge-open", []string{}
	for path != "" {
		visited = append(visited, path)
		_, body := s.fetch(path, http.StatusOK)
		path = ""
		for _, k := range parsedLinks(t, string(body)) {
			address := strings.TrimPrefix(k.href, "https://counterclaim.example")
			switch rel := k.attributes["rel"]; {
			case strings.HasSuffix(rel, "memento"):
				if seen[address] {
					t.Errorf("%s is listed twice", address)
				}
				seen[address] = true
				if rel != "memento" {
					rels = append(rels, rel+" "+address)
				}
			case rel == "self" && address != visited[len(visited)-1]:
				t.Errorf("%s calls itself %s", visited[len(visited)-1], address)
			case rel == "timemap" && !slices.Contains(visited, address):
				if _, err := time.Parse(http.TimeFormat, k.attributes["from"]); err != nil || k.attributes["type"] != linkFormat {
					t.Errorf("the way on to %s has %v", address, k.attributes)
				}
				path = address
			}
		}
	}
	if len(seen) != 1200 || len(visited) != 3 {
		t.Errorf("%d mementos on %d pages, want 1200 on 3", len(seen), len(visited))
	}
	want := []string{"first memento /facts/bridge-open/editions/1", "last memento /facts/bridge-open/editions/1200"}
	if diff := cmp.Diff(want, rels); diff != "" {
		t.Errorf("bounds (-want +got):\n%s", diff)
	}
}

// TestVersionLinks checks the relations between versions (RFC 5829), and of which address a page is canonical.
func TestVersionLinks(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	history := "/facts/bridge-open/editions"
	none := map[string]string{"original": "", "latest-version": "", "predecessor-version": "", "successor-version": ""}
	edition := map[string]string{"original": "/facts/bridge-open", "latest-version": "/facts/bridge-open", "first": history + "/1", "last": history + "/3"}
	for path, test := range map[string]struct {
		links     map[string]string
		canonical string
	}{
		"/facts/bridge-open":      {none, "/facts/bridge-open"},
		"/facts/bridge-open?of=7": {none, "/facts/bridge-open"},
		history + "/1":            {with(edition, "predecessor-version", "", "successor-version", history+"/2"), history + "/1"},
		history + "/2":            {with(edition, "predecessor-version", history+"/1", "successor-version", history+"/3"), history + "/2"},
		history + "/3":            {with(edition, "predecessor-version", history+"/2", "successor-version", ""), history + "/3"},
		history + "/2.json":       {with(edition, "predecessor-version", history+"/1", "successor-version", history+"/3"), ""},
	} {
		response, _ := s.fetch(path, http.StatusOK)
		for rel, want := range with(test.links, "timegate", "/timegate/facts/bridge-open", "timemap", "/timemap/facts/bridge-open", "version-history", history) {
			if got := linked(t, response.Header, rel); got != want {
				t.Errorf("%s: %s is %q, want %q", path, rel, got, want)
			}
		}
		isEdition := test.links["original"] != ""
		if at := response.Header.Get("Memento-Datetime"); (at != "") != isEdition {
			t.Errorf("%s: Memento-Datetime %q", path, at)
		}
		if test.canonical == "" {
			continue
		}
		if got := attr(s.get(path, http.StatusOK), "link[rel=canonical]", "href"); got != "https://counterclaim.example"+test.canonical {
			t.Errorf("%s is canonical of %q, want %s", path, got, test.canonical)
		}
		if got := response.Header.Get("X-Robots-Tag"); (got == "noindex, follow") != isEdition {
			t.Errorf("%s: X-Robots-Tag %q", path, got)
		}
	}
}

func with(m map[string]string, pairs ...string) map[string]string {
	m = maps.Clone(m)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// TestMementoAgain asks again with the ETag: what has not changed still says of what time it is.
func TestMementoAgain(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	for _, path := range []string{"/facts/bridge-open/editions/2", "/facts/bridge-open/editions/2.json"} {
		first, _ := s.fetch(path, http.StatusOK)
		r := s.request(http.MethodGet, path)
		r.Header.Set("If-None-Match", first.Header.Get("ETag"))
		again, _ := s.do(r)
		if again.StatusCode != http.StatusNotModified || again.Header.Get("Memento-Datetime") != editionTimes[1] {
			t.Errorf("%s again: status %d, Memento-Datetime %q", path, again.StatusCode, again.Header.Get("Memento-Datetime"))
		}
		head := s.askAt(http.MethodHead, path, "")
		for _, name := range []string{"Memento-Datetime", "Link", "Content-Type"} {
			if got, want := head.Header.Get(name), first.Header.Get(name); got != want || want == "" {
				t.Errorf("HEAD %s: %s = %q, GET has %q", path, name, got, want)
			}
		}
	}
}

// TestErasedMemento checks that an edition that was taken down is no Memento: it is gone, and neither listed nor led to.
func TestErasedMemento(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	if err := s.store.Erase(t.Context(), "test", "bridge-open", 2, "a court order"); err != nil {
		t.Fatal(err)
	}
	s.heard()
	for _, path := range []string{"/facts/bridge-open/editions/2", "/facts/bridge-open/editions/2.json"} {
		response, _ := s.fetch(path, http.StatusGone)
		if got := response.Header.Get("Memento-Datetime"); got != "" {
			t.Errorf("%s is a Memento of %s", path, got)
		}
	}
	if got := s.askAt(http.MethodGet, "/timegate/facts/bridge-open", editionTimes[1]).Header.Get("Location"); got != "/facts/bridge-open/editions/1" {
		t.Errorf("at its time the TimeGate leads to %s", got)
	}
	if _, body := s.fetch("/timemap/facts/bridge-open", http.StatusOK); strings.Contains(string(body), "/editions/2") {
		t.Errorf("the TimeMap lists it:\n%s", body)
	}
	response, _ := s.fetch("/facts/bridge-open/editions/1", http.StatusOK)
	if got := linked(t, response.Header, "successor-version"); got != "/facts/bridge-open/editions/3" {
		t.Errorf("the edition before is succeeded by %q", got)
	}
}

// TestRenamedMemento asks under a slug that the fact had.
func TestRenamedMemento(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	s.alter(`INSERT INTO published_slugs (slug, fact_id) SELECT 'old-fact', fact_id FROM published_facts WHERE fact = 'bridge-open'`)
	found := s.askAt(http.MethodGet, "/timegate/facts/old-fact", editionTimes[0])
	if got := found.Header.Get("Location"); got != "/facts/bridge-open/editions/1" || linked(t, found.Header, "original") != "/facts/bridge-open" {
		t.Errorf("it leads to %q of %q", got, linked(t, found.Header, "original"))
	}
	_, body := s.fetch("/timemap/facts/old-fact", http.StatusOK)
	if links := parsedLinks(t, string(body)); len(links) != 6 || links[0].href != "https://counterclaim.example/facts/bridge-open" {
		t.Errorf("the TimeMap has %v", links)
	}
	memento, _ := s.fetch("/facts/old-fact/editions/1", http.StatusOK)
	if got := linked(t, memento.Header, "original"); got != "/facts/bridge-open" {
		t.Errorf("its first edition is of %q", got)
	}
}
