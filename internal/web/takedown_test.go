package web

import (
	"bytes"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// quizzel is the sample with words that stand nowhere else in a passage, in the articles round it and in a person's name.
func quizzel() narrative.Collection {
	c := sample()
	a := &c.Articles[0]
	a.Byline, a.Headline, a.URL = "Snorrick Pym", "Snorrick on the bridge", "https://gazette.example/snorrick"
	a.Blocks[0].Text = strings.Replace(a.Blocks[0].Text, "some 480 carts", "some 480 quizzelcarts", 1)
	claim := &a.Blocks[0].Claims[1]
	claim.Words = []string{"some 480 quizzelcarts had crossed since 1 March"}
	claim.Figures[0].Verbatim, claim.Figures[0].Unit, claim.Note = "some 480 quizzelcarts", "carts", "“Quizzelcarts” is the paper’s own word."
	for i := range c.Sources {
		if c.Sources[i].Slug == "league-envoy" {
			c.Sources[i].Name, c.Sources[i].Printed, c.Sources[i].Note = "Ada Vexmoor", []string{"Envoy Vexmoor"}, "Vexmoor speaks for the League."
			c.Sources[i].Offices = []narrative.Office{{Title: "Envoy Vexmoor of the League"}}
		}
	}
	c.Events[0].Title = "Call of the harbour master and Ada Vexmoor"
	return c
}

// ours finds addresses of the site in any answer.
var ours = regexp.MustCompile(`(?:https://counterclaim\.example|(?:href|src|action)=["']|"href": ?")(/[^\s"'<>\\)]*)`)

// everything fetches all that can be reached of a site, from the front page and what only programs ask for.
func (s *site) everything(also ...string) map[string]string {
	s.t.Helper()
	found := map[string]string{}
	queue := append([]string{"/", "/sitemap.xml", "/api/openapi.json", "/feeds/facts.atom", "/feeds/facts.json", "/feeds/corrections.atom",
		"/api/v1/facts", "/api/v1/claims", "/api/v1/articles", "/api/v1/sources", "/api/v1/outlets", "/api/v1/figures", "/api/v1/corrections",
		"/timemap/facts/bridge-open", "/embed/facts/bridge-open", "/api/v1/facts/bridge-open", "/api/v1/facts/bridge-open/editions"}, also...)
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if _, ok := found[at]; ok {
			continue
		}
		r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+at, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		response, body := s.do(r)
		text := string(body)
		found[at] = response.Status[:3] + " " + strings.Join(response.Header.Values("Link"), " ") + response.Header.Get("Location") + " " + text
		if response.StatusCode != http.StatusOK || strings.HasPrefix(response.Header.Get("Content-Type"), "image/") {
			continue
		}
		for _, m := range ours.FindAllStringSubmatch(found[at], -1) {
			to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if u, err := url.Parse(to); err == nil && u.Path != "" && !strings.HasPrefix(to, "//") && !strings.HasPrefix(to, "/static/") {
				queue = append(queue, u.RequestURI())
			}
		}
	}
	return found
}

// TestTakenDown takes a passage, an article and a person down and looks for them in everything that the site answers.
func TestTakenDown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind    narrative.Kind
		name    string
		words   []string
		gone    string // address that then answers 410, "" for none
		says    map[string]string
		absence []string // codes whose cards say that they are withheld
	}{
		"a passage": {narrative.KindClaim, "B4P-CM9Z", []string{"quizzelcart"}, "", map[string]string{
			"/claims/B4P-CM9Z": "Withheld on ", "/facts/bridge-open": "Withheld on ", "/facts/bridge-open/editions/1": "Something of this edition was withheld",
		}, []string{"B4P-CM9Z"}},
		"an article": {narrative.KindArticle, "gazette-2031-03-15", []string{"quizzelcart", "snorrick", "troubled by what we hear"}, "", map[string]string{
			"/articles/gazette-2031-03-15": "Withheld on ", "/facts/bridge-open/editions/2": "withheld on ",
		}, []string{"B4P-CM9Z", "V8N-K4HM"}},
		"a person": {narrative.KindSource, "league-envoy", []string{"vexmoor", "troubled by what we hear", "league-envoy"}, "/sources/league-envoy", map[string]string{
			"/events/call-march": edition.NameWithheld, "/claims/GH8-PYN6": "Withheld on ",
		}, []string{"GH8-PYN6"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			c := quizzel()
			s.publish(c)
			c.Facts[0].Gaps = append(c.Facts[0].Gaps, narrative.Gap{Title: "Tolls", Text: "Nobody has the tolls of May."})
			s.publish(c)
			s.heard()
			before := s.everything()
			for _, word := range tt.words {
				if !slices.ContainsFunc(values(before), func(body string) bool { return strings.Contains(strings.ToLower(body), word) }) {
					t.Fatalf("%q was nowhere", word)
				}
			}
			done, err := s.store.TakeDown(t.Context(), store.Takedown{Kind: tt.kind, Name: tt.name, Reason: "the harbour court asked", Actor: "test"})
			if err != nil {
				t.Fatal(err)
			}
			s.heard()
			var addresses []string
			for at := range before {
				addresses = append(addresses, at)
			}
			after := s.everything(addresses...)
			for at, body := range after {
				for _, word := range tt.words {
					// Who asks by the name is told that it is gone, and hears it in the address of the page that says so.
					own := strings.Contains(at, tt.name) && tt.gone != ""
					if i := strings.Index(strings.ToLower(body), word); i >= 0 && !own {
						t.Errorf("%s has %q still: …%s…", at, word, body[max(0, i-150):min(len(body), i+80)])
					}
				}
				switch status := body[:3]; {
				case before[at] != "" && before[at][:3] != "404" && status == "404":
					t.Errorf("%s is not there any more", at)
				case status >= "500":
					t.Errorf("%s answers %s", at, status)
				case status == "410" && (tt.gone == "" || !strings.Contains(at, tt.name)):
					t.Errorf("%s is gone", at)
				}
			}
			if tt.gone != "" && after[tt.gone][:3] != "410" {
				t.Errorf("%s answers %.3s, want 410", tt.gone, after[tt.gone])
			}
			for at, says := range tt.says {
				if !strings.Contains(after[at], says) {
					t.Errorf("%s does not say %q", at, says)
				}
			}
			_, page := s.fetch("/facts/bridge-open", http.StatusOK)
			doc := parsed(t, page)
			for _, code := range tt.absence {
				if got := text(doc, "#"+code+" .withheld"); !strings.HasPrefix(got, "Withheld on ") || !strings.HasSuffix(got, ": the harbour court asked.") {
					t.Errorf("the card of %s says %q", code, got)
				}
				if doc.Find("#"+code+" blockquote, #"+code+" a[rel~=noopener]").Length() > 0 {
					t.Errorf("the card of %s has words or a link to them", code)
				}
			}
			if got := text(doc, ".colophon"); !strings.Contains(got, "withheld in part on ") || strings.Contains(got, "unaltered") {
				t.Errorf("the colophon says %q", got)
			}
			if len(done.Editions) < 2 {
				t.Errorf("editions %v", done.Editions)
			}
			if _, err := s.store.Verify(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func parsed(t *testing.T, page []byte) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func values(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// TestFates checks what a withdrawn fact's page and a merged one's show, and that every address that was ever given leads
// somewhere.
func TestFates(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	s.heard()
	before := s.everything()
	end := func(fact, into narrative.Slug, reason string) {
		t.Helper()
		if _, err := s.store.Withdraw(t.Context(), store.Withdrawal{Fact: fact, Into: into, Reason: reason, Actor: "test"}); err != nil {
			t.Fatal(err)
		}
		s.heard()
	}
	follow := func() {
		t.Helper()
		for at := range before {
			if strings.HasPrefix(at, "/facts/") || strings.HasPrefix(at, "/claims/") || strings.HasPrefix(at, "/embed/") || strings.HasPrefix(at, "/cards/") {
				if status := s.followed(at); status != http.StatusOK && before[at][:3] == "200" {
					t.Errorf("%s leads to a page of status %d", at, status)
				}
			}
		}
	}
	end("swans-counted", "bridge-open", "it is one question")
	response, _ := s.fetch("/facts/swans-counted", http.StatusMovedPermanently)
	if got := response.Header.Get("Location"); got != "/facts/bridge-open" {
		t.Errorf("moved to %q", got)
	}
	_, body := s.fetch("/facts/swans-counted/editions/1", http.StatusOK)
	if doc := parsed(t, body); !strings.Contains(text(doc, ".fate"), "Merged on ") || doc.Find(".fate a[href='/facts/bridge-open']").Length() != 1 {
		t.Errorf("an edition of the merged fact says %q", text(doc, ".fate"))
	}
	follow()
	end("bridge-open", "", "nobody asks any more")
	_, body = s.fetch("/facts/bridge-open", http.StatusOK)
	doc := parsed(t, body)
	if got := text(doc, ".fate"); !strings.HasPrefix(got, "Withdrawn on ") || !strings.HasSuffix(got, ": nobody asks any more.") {
		t.Errorf("the page of the withdrawn fact says %q", got)
	}
	if doc.Find("meta[name=robots][content=noindex]").Length() != 1 {
		t.Error("the page of the withdrawn fact may be indexed")
	}
	if got := text(doc, "h1"); got == "" {
		t.Error("the last edition is not shown")
	}
	_, body = s.fetch("/facts/bridge-open/editions/1", http.StatusOK)
	if got := text(parsed(t, body), ".fate"); !strings.HasPrefix(got, "Withdrawn on ") {
		t.Errorf("its first edition says %q", got)
	}
	follow()
}

// followed asks for an address and where it leads, and returns the status in the end.
func (s *site) followed(at string) int {
	s.t.Helper()
	for range 5 {
		r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+at, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		response, _ := s.do(r)
		if response.StatusCode < 300 || response.StatusCode > 399 {
			return response.StatusCode
		}
		at = response.Header.Get("Location")
	}
	return http.StatusLoopDetected
}

// TestContact checks that each page leads to the desk with its own address filled in, and each claim with its own.
func TestContact(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	s.heard()
	desk := helpdesk{contact: "mailto:desk@counterclaim.example", site: "https://counterclaim.example"}
	for at, about := range map[string]string{
		"/": "/", "/about": "/about", "/facts?after=~swans-counted": "/facts?after=~swans-counted", "/sources/harbour-master": "/sources/harbour-master",
		"/facts/bridge-open": "/facts/bridge-open/editions/1", "/facts/bridge-open/editions/1": "/facts/bridge-open/editions/1",
		"/claims/V8N-K4HM": "/facts/bridge-open/editions/1#V8N-K4HM",
	} {
		_, body := s.fetch(at, http.StatusOK)
		links := parsed(t, body).Find(".foot a[href^='mailto:']")
		if got, want := links.AttrOr("href", ""), desk.about(about); links.Length() != 1 || got != want {
			t.Errorf("%s leads to %q, want %q", at, got, want)
		}
	}
}
