package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"mime"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/citation"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/web/ui"
)

// TestForms asks for each thing in each of its forms.
func TestForms(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	types := map[string]string{
		"json": jsonType, "csv": edition.TableType, "csv-metadata.json": edition.TableDescriptionType, "md": markdownType, "txt": plainType,
		"bib": citation.BibTeXType, "ris": citation.RISType, "csl.json": citation.CSLType,
	}
	downloads := []string{"csv", "bib", "ris", "csl.json"}
	for _, thing := range []struct {
		name, file string
		path       func(format string) string
		formats    []string
		keep       string
	}{
		{"a fact", "bridge-open-1", func(f string) string { return ui.FactFormPath("bridge-open", f) }, editionFormats, latest.control},
		{"an edition", "bridge-open-1", func(f string) string { return ui.EditionFormPath("bridge-open", 1, f) }, editionFormats, lasting.control},
		{"a claim", "claim-V8N-K4HM", func(f string) string { return ui.ClaimFormPath("V8N-K4HM", f) }, claimFormats, fresh.control},
		{"an article", "wire-2031-06-03", func(f string) string { return ui.ArticleFormPath("wire-2031-06-03", f) }, articleFormats, fresh.control},
	} {
		for format, mediaType := range types {
			path := thing.path(format)
			cited := slices.ContainsFunc(citedForms, func(f citedForm) bool { return f.format == format })
			if !cited && !slices.Contains(thing.formats, format) {
				s.get(path, http.StatusNotFound)
				continue
			}
			response, body := s.fetch(path, http.StatusOK)
			keep := thing.keep
			if format == "json" && thing.name == "an edition" {
				keep = immutable.control
			}
			how := "inline"
			if slices.Contains(downloads, format) {
				how = "attachment"
			}
			for name, want := range map[string]string{
				"Content-Type": mediaType, "Cache-Control": keep, "Content-Disposition": how + `; filename="` + thing.file + "." + format + `"`,
				"Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex, follow",
			} {
				if got := response.Header.Get(name); got != want {
					t.Errorf("%s as %s: %s is %q, want %q", thing.name, format, name, got, want)
				}
			}
			if _, _, err := mime.ParseMediaType(response.Header.Get("Content-Disposition")); err != nil || len(body) == 0 {
				t.Errorf("%s as %s: %d bytes, %v", thing.name, format, len(body), err)
			}
			if strings.HasSuffix(format, "json") && !json.Valid(body) {
				t.Errorf("%s as %s is no JSON: %.200s", thing.name, format, body)
			}
		}
		for _, format := range []string{"xml", "html", "JSON", "csv.json", "bib%20"} {
			s.get(thing.path(format), http.StatusNotFound)
		}
	}
	for _, path := range []string{"/facts/no-fact.csv", "/facts/bridge-open/editions/9.md", "/facts/bridge-open/editions/01.bib", "/claims/AAA-AAAA.ris", "/articles/no-article.bib"} {
		s.get(path, http.StatusNotFound)
	}
}

// TestCanonicalForm wants the bytes of an edition whose hash is in the log, under their digest, however they are asked
// for.
func TestCanonicalForm(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	e, err := s.store.Edition(t.Context(), "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/facts/bridge-open.json", "/facts/bridge-open/editions/1.json"} {
		r := s.request(http.MethodGet, path)
		r.Header.Set("Accept-Encoding", "gzip, zstd")
		response, body := s.do(r)
		sum := sha256.Sum256(body)
		digest := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
		if !bytes.Equal(body, e.Body) || response.Header.Get("Content-Encoding") != "" || response.Header.Get("Repr-Digest") != digest {
			t.Errorf("%s: %d bytes of %d, encoded %q, Repr-Digest %q", path, len(body), len(e.Body), response.Header.Get("Content-Encoding"), response.Header.Get("Repr-Digest"))
		}
		if edition.HashOf(body).String() != e.BodySHA256 {
			t.Errorf("%s: the hash is %s, in the log %s", path, edition.HashOf(body), e.BodySHA256)
		}
	}
}

// TestLiveFormsNameTheEdition: what is taken from a fact's live address is of an edition, and cites it.
func TestLiveFormsNameTheEdition(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	s.publishAs(edition.Update, "more is known", changed())
	for _, format := range []string{"json", "csv", "md", "txt", "bib", "ris", "csl.json"} {
		response, body := s.fetch(ui.FactFormPath("bridge-open", format), http.StatusOK)
		if got, want := response.Header.Get("Content-Location"), ui.EditionFormPath("bridge-open", 2, format); got != want {
			t.Errorf("%s: Content-Location %q, want %q", format, got, want)
		}
		if address := "https://counterclaim.example/facts/bridge-open/editions/2"; format != "json" && !bytes.Contains(body, []byte(address)) {
			t.Errorf("%s does not name %s:\n%s", format, address, body)
		}
	}
	if _, older := s.fetch("/facts/bridge-open/editions/1.txt", http.StatusOK); !bytes.Contains(older, []byte("From Counterclaim, edition 1 of ")) {
		t.Errorf("the first edition's paragraph is\n%s", older)
	}
}

// TestFormsOfAnErasedEdition: nothing of an edition that was taken down can be taken away.
func TestFormsOfAnErasedEdition(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	if err := s.store.Erase(t.Context(), "test", "bridge-open", 1, "a court order"); err != nil {
		t.Fatal(err)
	}
	s.heard()
	for _, format := range []string{"json", "csv", "csv-metadata.json", "md", "txt", "bib", "ris", "csl.json"} {
		for _, path := range []string{ui.FactFormPath("bridge-open", format), ui.EditionFormPath("bridge-open", 1, format)} {
			response, body := s.fetch(path, http.StatusGone)
			if got := response.Header.Get("Cache-Control"); got != "no-store" || bytes.Contains(body, []byte("harbour")) {
				t.Errorf("%s: Cache-Control %q and\n%.300s", path, got, body)
			}
		}
	}
	s.get("/facts/bridge-open/editions/1/paragraph", http.StatusGone)
}

// TestServedTable reads the tables as they are sent: one row for each question that a claim answers, with its address.
func TestServedTable(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for path, want := range map[string]int{"/facts/bridge-open/editions/1.csv": 0, "/articles/jisr-2031-03.csv": 2} {
		response, body := s.fetch(path, http.StatusOK)
		rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if want == 0 {
			for _, claim := range compiled(t, "bridge-open").Claims {
				want += len(claim.Stances)
			}
		}
		if len(rows) != want+1 {
			t.Errorf("%s has %d rows, want %d", path, len(rows)-1, want)
		}
		at := slices.Index(rows[0], "claim")
		for _, row := range rows[1:] {
			if got, want := row[len(row)-1], "https://counterclaim.example/facts/bridge-open/editions/1#"+row[at]; got != want {
				t.Errorf("%s: the address is %q, want %q", path, got, want)
			}
		}
		links := strings.Join(response.Header.Values("Link"), ", ")
		described := strings.TrimSuffix(path, "csv") + "csv-metadata.json"
		if !strings.Contains(links, `<https://counterclaim.example`+described+`>; rel="describedby"; type="application/csvm+json"`) {
			t.Errorf("%s: Link %q", path, links)
		}
		var description struct{ URL string }
		if _, body := s.fetch(described, http.StatusOK); json.Unmarshal(body, &description) != nil || description.URL != "https://counterclaim.example"+path {
			t.Errorf("%s describes %q", described, description.URL)
		}
	}
}

// TestServedReferences has Citation.js, a reader that is not ours, read the references as they are sent.
func TestServedReferences(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	type reference struct {
		Form string `json:"form"`
		Text string `json:"text"`
	}
	var references []reference
	things := []struct {
		path         func(format string) string
		title, url   string
		year         float64
		nameOfAuthor string
	}{
		{func(f string) string { return ui.EditionFormPath("bridge-open", 1, f) }, "Was the Long Bridge open, and to whom?", "https://counterclaim.example/facts/bridge-open/editions/1", 0, "Counterclaim"},
		{func(f string) string { return ui.ClaimFormPath("V8N-K4HM", f) }, "Claim V8N-K4HM of The harbour master on: Was the Long Bridge open, and to whom?",
			"https://counterclaim.example/facts/bridge-open/editions/1#V8N-K4HM", 0, "Counterclaim"},
		{func(f string) string { return ui.ArticleFormPath("jisr-2031-03", f) }, "الجسر مغلق", "", 2031, ""},
	}
	forms := []string{"bibtex", "ris", "csl"}
	for _, thing := range things {
		for i, f := range citedForms {
			_, body := s.fetch(thing.path(f.format), http.StatusOK)
			references = append(references, reference{forms[i], string(body)})
		}
	}
	in, err := json.Marshal(references)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", filepath.Join("..", "citation", "testdata", "read.js"))
	node.Stdin = bytes.NewReader(in)
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node (`make tools` installs what it needs): %v", err)
	}
	var readings []struct{ Items []map[string]any }
	if err := json.Unmarshal(out, &readings); err != nil {
		t.Fatal(err)
	}
	for i, thing := range things {
		for k, form := range forms {
			items := readings[i*len(forms)+k].Items
			if len(items) != 1 {
				t.Errorf("%s: %d items of\n%s", form, len(items), references[i*len(forms)+k].Text)
				continue
			}
			address, _ := items[0]["URL"].(string)
			if items[0]["title"] != citedTitle(thing.title, true) || address != thing.url {
				t.Errorf("%s: %q at %q, want %q at %q", form, items[0]["title"], address, thing.title, thing.url)
			}
			written, _ := json.Marshal(items[0])
			if !bytes.Contains(written, []byte(thing.nameOfAuthor)) || !bytes.Contains(written, []byte(`"issued":{`)) {
				t.Errorf("%s: %s", form, written)
			}
		}
	}
}

// TestFormsOfAClaim: the quotation names who and through whom, and the address is that of the claim in its edition.
func TestFormsOfAClaim(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	_, body := s.fetch("/claims/PBX-XJA6.txt", http.StatusOK)
	want := "The envoy of the League, envoy, quoted by Strait Wire: “The bridge must open to carts of every trade, and it must open now”. " +
		"Said 2 June 2031. A demand. https://counterclaim.example/facts/bridge-open/editions/1#PBX-XJA6 Invented for practice.\n"
	if got := string(body); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	_, body = s.fetch("/claims/PBX-XJA6.json", http.StatusOK)
	var data claimData
	if err := json.Unmarshal(body, &data); err != nil {
		t.Fatal(err)
	}
	if data.Code != "PBX-XJA6" || len(data.Rows) != 1 || data.Rows[0].Claim.Voice != string(narrative.DirectQuote) || len(data.Editions) != 1 ||
		data.CitedAt != data.Editions[0].Address || data.Source.Slug != "league-envoy" {
		t.Errorf("data is %+v", data)
	}
	response, _ := s.fetch("/claims/pbx-xja6.bib", http.StatusMovedPermanently)
	if got := response.Header.Get("Location"); got != "/claims/PBX-XJA6.bib" {
		t.Errorf("a code in small letters leads to %q", got)
	}
}

// TestTakeAway: the pages of an edition, a claim and an article show how to cite them as text and lead to the other forms.
func TestTakeAway(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for path, want := range map[string]string{
		"/facts/bridge-open":        "Counterclaim. “Was the Long Bridge open, and to whom? [invented for practice].” Edition 1, ",
		"/claims/V8N-K4HM":          "Counterclaim. “Claim V8N-K4HM of The harbour master on: Was the Long Bridge open, and to whom? [invented for practice].” Edition 1, ",
		"/articles/wire-2031-06-03": "Strait Wire, ",
	} {
		doc := s.get(path, http.StatusOK)
		part := doc.Find("#take-away")
		if got := part.Find("pre[data-copy=citation]").Text(); !strings.Contains(got, want) {
			t.Errorf("%s: the reference is %q, want %q in it", path, got, want)
		}
		if n := part.Find("details pre").Length(); n != len(citedForms) {
			t.Errorf("%s has %d further forms, want %d", path, n, len(citedForms))
		}
		for _, href := range part.Find("a").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("href", "") }) {
			s.fetch(strings.TrimSuffix(href, "#V8N-K4HM"), http.StatusOK)
		}
	}
}
