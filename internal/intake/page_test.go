package intake_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// ferry is the body of an article, long enough to be found on a page.
var ferry = []string{
	"The ferry stopped at the lower lock on Monday morning, and the office of the harbour master said that it would not move before the river authority's engineers had inspected the gate.",
	"“We were told nothing,” the captain said, according to passengers, who waited on the quay for two hours in the rain before buses came and took them to the upper town.",
	"The council of the upper town called the stop unnecessary. In a letter to the authority, it demanded that the lock be opened by the evening, and that the costs of the buses be borne by the authority.",
	"The authority answered that the gate had been damaged on Sunday, and that it would publish its engineers' report on Wednesday.",
}

func pageOf(head, beside string) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=utf-8>" + head + "</head><body>")
	b.WriteString("<nav><ul><li><a href=/>Home</a><li><a href=/river>River</a></ul></nav><article><h1>Ferry stops at the lock</h1>" + beside)
	for _, p := range ferry {
		b.WriteString("<p>" + p + "</p>\n")
	}
	b.WriteString("</article><footer><p>© The Harbour Post. All rights reserved.</p></footer></body></html>")
	return b.String()
}

func read(t *testing.T, r intake.Received) intake.Draft {
	t.Helper()
	d, err := intake.Read(r, intake.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func given(on, at string) narrative.Date {
	i, err := narrative.ParseInterval(on)
	if err != nil {
		panic(err)
	}
	return narrative.Date{On: i, At: at, Basis: narrative.Given}
}

func hasNote(d intake.Draft, part string) bool {
	return slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, part) })
}

func TestReadPage(t *testing.T) {
	t.Parallel()
	head := `<title>Ferry stops at the lock | The Harbour Post</title>
<meta property="og:title" content="Ferry stops | The Harbour Post"><meta property="og:site_name" content="The Harbour Post">
<meta property="article:published_time" content="2024-03-04T09:30:00Z">
<link rel=canonical href="/2024/ferry?id=1#top">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"x"},{"@type":["NewsArticle"],
"headline":"Ferry stops at the lower lock","datePublished":"2024-03-04T13:30:20+04:00","dateModified":"2024-03-05T08:00:00+04:00",
"author":[{"@type":"Person","name":"A. Writer"},{"name":"B. Other"}],"publisher":{"name":"Harbour Post"},"copyrightNotice":"© Harbour Post"}]}</script>`
	d := read(t, intake.Received{Body: []byte(pageOf(head, "")), URL: "https://Post.example/ferry", MediaType: "text/html"})
	if diff := cmp.Diff(append([]string{"Ferry stops at the lock"}, ferry...), blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{3, 4, 5, 6, 7}, d.Lines); diff != "" { // 1, 2 and 8 are cut
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	cuts := d.Cuts
	d.Text, d.Lines, d.Cuts = passage.Text{}, nil, nil
	want := intake.Draft{
		Format: intake.HTML, Headline: "Ferry stops at the lower lock", HeadlineBy: narrative.ByArticle, Outlet: "Harbour Post",
		URL: "https://post.example/2024/ferry?id=1", Byline: "A. Writer, B. Other", Language: "en-GB", LanguageBasis: narrative.Given,
		Published: given("2024-03-04", "13:30+04:00"), Modified: given("2024-03-05", "08:00+04:00"), Kind: narrative.Report,
		Rights: "© Harbour Post",
	}
	if diff := cmp.Diff(want, d, cmp.AllowUnexported(passage.Text{})); diff != "" {
		t.Errorf("draft (-want +got):\n%s", diff)
	}
	var told []string
	for _, c := range cuts {
		if c.Reason != intake.Outside {
			t.Errorf("cut %v", c)
		}
		told = append(told, c.Text)
	}
	if diff := cmp.Diff([]string{"Home", "River", "© The Harbour Post. All rights reserved."}, told); diff != "" {
		t.Errorf("cuts (-want +got):\n%s", diff)
	}
}

func TestReadPageDoubts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		head, beside string
		note         string // a part of it
	}{
		"dates differ": {`<meta property="article:published_time" content="2024-03-04T09:30:00Z"><script type="application/ld+json">
			{"@type":"NewsArticle","datePublished":"2024-03-06"}</script>`, "", "several dates for when it was published: JSON-LD datePublished 2024-03-06; article:published_time 2024"},
		"time differs":  {"", `<time datetime="2024-03-04T09:30Z">x</time><time datetime="2024-03-04T09:31Z">y</time>`, "several dates"},
		"no zone":       {`<meta name=date content="2024-03-04 09:30">`, "", "without a zone"},
		"no date":       {`<meta name=date content="last week">`, "", `"last week", which cannot be read`},
		"another site":  {`<link rel=canonical href="https://agency.example/1">`, "", "may be a reprint"},
		"not free":      {`<script type="application/ld+json">{"@type":"Article","isAccessibleForFree":"False"}</script>`, "", "not free to read"},
		"other tongue":  {`<meta property="og:locale" content="ru_RU">`, "", ""},
		"broken data":   {`<script type="application/ld+json">{"@type":</script>`, "", ""},
		"long headline": {`<script type="application/ld+json">{"@type":"Article","headline":"` + strings.Repeat("long ", 100) + `"}</script>`, "", "headline is longer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := read(t, intake.Received{Format: intake.HTML, Body: []byte(pageOf(test.head, test.beside)), URL: "https://post.example/1"})
			if !hasNote(d, test.note) && test.note != "" || test.note == "" && len(d.Notes) > 0 {
				t.Errorf("notes %q, want %q", d.Notes, test.note)
			}
		})
	}
}

func TestReadPageDates(t *testing.T) {
	t.Parallel()
	infer := narrative.Date{On: given("2024-03-05", "").On, Basis: narrative.Inferred, Reason: "the day in the address"}
	for name, test := range map[string]struct {
		head, beside, url   string
		published, modified narrative.Date
	}{
		"none":           {"", "", "", narrative.Date{Basis: narrative.Unknown, Reason: "what was received gives no date of publication"}, narrative.Date{}},
		"address":        {"", "", "https://a.example/2024/03/05/ferry", infer, narrative.Date{}},
		"no such day":    {"", "", "https://a.example/2024/13/05/ferry", narrative.Date{Basis: narrative.Unknown, Reason: "what was received gives no date of publication"}, narrative.Date{}},
		"time":           {"", "<time datetime=2024-03-05>5 March</time>", "https://a.example/2023/01/01/", given("2024-03-05", ""), narrative.Date{}},
		"updated":        {"", "<time datetime=2024-03-05>5 March</time><time class=updated datetime=2024-03-06></time>", "", given("2024-03-05", ""), given("2024-03-06", "")},
		"same moment":    {`<meta property="article:published_time" content="2024-03-05T10:00:00+0400"><meta property="article:modified_time" content="2024-03-05T06:00:30Z">`, "", "", given("2024-03-05", "10:00+04:00"), narrative.Date{}},
		"month":          {`<meta name=date content="2024-03">`, "", "", given("2024-03", ""), narrative.Date{}},
		"epoch":          {`<meta name=date content="1970-01-01T00:00:00Z">`, "", "https://a.example/2024-03-05", infer, narrative.Date{}},
		"day over there": {`<meta name=date content="2024-03-04T23:30:00-05:00">`, "", "", given("2024-03-04", "23:30-05:00"), narrative.Date{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := read(t, intake.Received{Format: intake.HTML, Body: []byte(pageOf(test.head, test.beside)), URL: test.url})
			if d.Published != test.published || d.Modified != test.modified {
				t.Errorf("published %+v, modified %+v, want %+v, %+v", d.Published, d.Modified, test.published, test.modified)
			}
		})
	}
}

// TestReadPageCharset reads the same page in charsets that the press of the region has used.
func TestReadPageCharset(t *testing.T) {
	t.Parallel()
	russian := strings.Repeat("Паром остановился у нижнего шлюза в понедельник утром, сообщила служба капитана порта. ", 8)
	page := "<html lang=ru><head>%s</head><body><article><p>" + russian + "</p></article></body></html>"
	for name, test := range map[string]struct {
		charset, mediaType, meta string
	}{
		"header":        {"windows-1251", "text/html; charset=windows-1251", ""},
		"meta":          {"windows-1251", "text/html", "<meta charset=windows-1251>"},
		"koi8-r":        {"koi8-r", "text/html; charset=KOI8-R", ""},
		"utf-8":         {"utf-8", "text/html; charset=utf-8", ""},
		"not named":     {"utf-8", "", ""},
		"utf-16, a BOM": {"utf-16", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := encode(t, test.charset, strings.Replace(page, "%s", test.meta, 1))
			d := read(t, intake.Received{Format: intake.HTML, Body: body, MediaType: test.mediaType})
			if got := d.Text.String(); got != strings.TrimSpace(russian) {
				t.Errorf("text %q", got)
			}
			if len(d.Notes) > 0 {
				t.Errorf("notes %q", d.Notes)
			}
		})
	}
	t.Run("a guess", func(t *testing.T) {
		t.Parallel()
		d := read(t, intake.Received{Format: intake.HTML, Body: encode(t, "windows-1251", strings.Replace(page, "%s", "", 1))})
		if !hasNote(d, "does not name its charset") {
			t.Errorf("notes %q", d.Notes)
		}
	})
}

func TestReadPageErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, mediaType string
		want            error
	}{
		"empty":     {"", "", intake.ErrEmpty},
		"script":    {"<html><body><div id=app></div><script>draw()</script></body></html>", "", intake.ErrEmpty},
		"NUL":       {pageOf("", "<p>a\x00b</p>"), "", passage.ErrNUL},
		"bad UTF-8": {pageOf("", "<p>a\xffb</p>"), "text/html; charset=utf-8", passage.ErrNotUTF8},
		"deep":      {strings.Repeat("<div>", 600) + "x", "", intake.ErrMalformed},
		"deep b":    {"<p>" + strings.Repeat("<b><i>", 300) + "x", "", intake.ErrMalformed},
		"wide":      {strings.Repeat("<p>x", 300_000), "", intake.ErrMalformed},
		"huge":      {strings.Repeat("x", intake.MaxSize+1), "", intake.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := intake.Read(intake.Received{Format: intake.HTML, Body: []byte(test.body), MediaType: test.mediaType}, intake.Hints{}); !errors.Is(err, test.want) {
				t.Errorf("error = %v, want %v", err, test.want)
			}
		})
	}
}

// TestReadPageParagraphs goes through ways in which pages part their paragraphs.
func TestReadPageParagraphs(t *testing.T) {
	t.Parallel()
	for name, join := range map[string]string{"paragraphs": "</p><p>", "breaks": "<br><br>", "divisions": "</p></div><div><p>", "list": "</p><ul><li>"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := "<html><body><article><p>" + strings.Join(ferry, join) + "</p></article></body></html>"
			d := read(t, intake.Received{Format: intake.HTML, Body: []byte(body)})
			if diff := cmp.Diff(ferry, blocks(t, d.Text)); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("words within", func(t *testing.T) {
		t.Parallel()
		body := "<html><body><article><p>The <b>ferr</b>y said <q>no</q><br>in the rain." + strings.Join(ferry, "</p><p>") + "</p></article></body></html>"
		d := read(t, intake.Received{Format: intake.HTML, Body: []byte(body)})
		if got, want := blocks(t, d.Text)[0], "The ferry said “no” in the rain."+ferry[0]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
