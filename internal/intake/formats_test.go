package intake_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

func TestReadMarkdown(t *testing.T) {
	t.Parallel()
	body := "---\ntitle: x\n---\r\n# Ferry *stops*\n\nThe ferry\nstopped at the [lock](https://a.example) \\*today\\* &amp; `now`.\n\n" +
		"- One\n- Two\n\n> He said no.\n\n<script>x</script>\n\n![a picture](p.png)\n\n    code here\n"
	d := read(t, intake.Received{Name: "a.md", Body: []byte(body)})
	want := []string{"Ferry stops", "The ferry stopped at the lock *today* & now.", "One", "Two", "He said no.", "code here"}
	if diff := cmp.Diff(want, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if d.Headline != "Ferry stops" || d.HeadlineBy != narrative.ByArticle {
		t.Errorf("headline %q by %s", d.Headline, d.HeadlineBy)
	}
	if diff := cmp.Diff([]intake.Cut{{Line: 1, Text: "---\ntitle: x\n---", Reason: intake.FrontMatter}}, d.Cuts); diff != "" {
		t.Errorf("cuts (-want +got):\n%s", diff)
	}
	if !hasNote(d, "HTML within") || !hasNote(d, "left out: 1.") {
		t.Errorf("notes %q", d.Notes)
	}
}

func TestReadMarkdownHostile(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"quotations": strings.Repeat(">", 500_000) + "x",
		"spaced":     strings.Repeat("> ", 400_000) + "x",
		"lists":      strings.Repeat("- ", 500_000) + "x",
		"too large":  strings.Repeat("x ", intake.MaxMarkdown),
	} {
		if _, err := intake.Read(intake.Received{Format: intake.Markdown, Body: []byte(body)}, intake.Hints{}); !errors.Is(err, intake.ErrMalformed) && !errors.Is(err, intake.ErrTooLarge) {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	for name, body := range map[string]string{
		"emphasis": strings.Repeat("*a ", 30_000) + strings.Repeat("a* ", 30_000),
		"brackets": strings.Repeat("[", 50_000) + "a" + strings.Repeat("](b)", 50_000),
		"ticks":    strings.Repeat("`a``b", 20_000),
	} {
		start := time.Now()
		d, err := intake.Read(intake.Received{Format: intake.Markdown, Body: []byte(body)}, intake.Hints{})
		if err == nil && d.Text.Len() == 0 || time.Since(start) > 20*time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(start))
		}
	}
}

func TestReadNinjs(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"3.1": `{"uri":"https://a.example/1","standard":{"name":"ninjs","version":"3.1"},"firstCreated":"2024-03-04T10:00:00+00:00","versionCreated":"2024-03-04T12:00:00+00:00",
			"language":"en-GB","headlines":[{"role":"main","contentType":"text/plain","value":"Ferry stops"}],
			"bodies":[{"contentType":"text/html","value":"<p>no</p>"},{"contentType":"text/plain","value":"One.\nTwo."}],"by":"By A. Writer",
			"located":[{"name":"Harbour"}],"infoSources":[{"name":"Wire","role":"originator"},{"name":"Post","role":"distributor"}],
			"usageTerms":"Not for sale","pubStatus":"withheld","embargoedUntil":"2024-03-05T00:00:00Z","edNote":"Check names"}`,
		"2.0": `{"uri":"https://a.example/1","firstcreated":"2024-03-04T10:00:00Z","versioncreated":"2024-03-04T12:00:00Z","language":"en-GB",
			"headlines":[{"value":"Ferry stops"}],"bodies":[{"contenttype":"text/html","value":"<p>One.</p><p>Two.</p>"}],"by":"By A. Writer","located":"Harbour",
			"infosources":[{"name":"Wire"},{"name":"Post","role":"distributor"}],"usageterms":"Not for sale","pubstatus":"withheld","embargoed":"2024-03-05T00:00:00Z","ednote":"Check names"}`,
		"1.2": `{"uri":"https://a.example/1","firstcreated":"2024-03-04T10:00:00Z","versioncreated":"2024-03-04T12:00:00Z","language":"en-GB",
			"headline":"Ferry stops","body_html":"<p>One.</p><p>Two.</p>","byline":"By A. Writer","located":"Harbour",
			"infosource":[{"name":"Wire"},{"name":"Post","role":"distributor"}],"usageterms":"Not for sale","pubstatus":"withheld","embargoed":"2024-03-05T00:00:00Z","ednote":"Check names"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := read(t, intake.Received{Name: "a.json", Body: []byte(body)})
			if diff := cmp.Diff([]string{"One.", "Two."}, blocks(t, d.Text)); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
			d.Text, d.Lines = passage.Text{}, nil
			want := intake.Draft{
				Format: intake.Ninjs, Headline: "Ferry stops", HeadlineBy: narrative.ByArticle, URL: "https://a.example/1", Byline: "By A. Writer",
				Language: "en-GB", LanguageBasis: narrative.Given, Published: given("2024-03-04", "10:00Z"), Modified: given("2024-03-04", "12:00Z"),
				Kind: narrative.Report, Credit: "Wire", Rights: "Not for sale",
				Embargo: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC), Held: intake.Withheld,
				Notes: []string{
					"It names further sources of information: Post distributor.", "It is located at: Harbour.",
					"Its sender has marked it as withheld: it is not to be published until the sender says so.",
					"It is under embargo until 2024-03-05T00:00:00Z.", "Its sender's note to editors: Check names",
					"The date is that of the agency's item (firstCreated).",
				},
			}
			if diff := cmp.Diff(want, d, cmp.AllowUnexported(passage.Text{})); diff != "" {
				t.Errorf("draft (-want +got):\n%s", diff)
			}
		})
	}
	for name, test := range map[string]struct {
		body string
		want error
	}{
		"no body":   {`{"uri":"x"}`, intake.ErrEmpty},
		"not JSON":  {`{"uri":`, intake.ErrMalformed},
		"nested":    {`{"a":` + strings.Repeat("[", 100_000), intake.ErrMalformed},
		"NUL":       {"{\"body_text\":\"a\\u0000b\"}", passage.ErrNUL},
		"odd types": {`{"bodies":[1,null,{"value":{}}],"headlines":"x","infoSources":[null,3],"by":7}`, intake.ErrEmpty},
	} {
		if _, err := intake.Read(intake.Received{Format: intake.Ninjs, Body: []byte(test.body)}, intake.Hints{}); !errors.Is(err, test.want) {
			t.Errorf("%s: error = %v, want %v", name, err, test.want)
		}
	}
}

func TestReadTranscript(t *testing.T) {
	t.Parallel()
	vtt := "WEBVTT\n\nNOTE a remark\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:03.000\n<v Ann Clerk>The lock\nis closed.\n\n" +
		"00:00:03.500 --> 00:00:05.000\n<v Ann Clerk>It was damaged.\n\n2\n00:05.000 --> 00:07.000 align:start\n<v Bob>By whom?\n<v Ann Clerk>Ask <i>them</i>. <v Bob>I did.\n\n" +
		"00:12:04.000 --> 00:12:05.000\nNOTE that this is said.\nSTYLE is everything.\n"
	d := read(t, intake.Received{Name: "a.vtt", Body: []byte(vtt)})
	want := []string{"Ann Clerk: The lock is closed. It was damaged.", "Bob: By whom?", "Ann Clerk: Ask them.", "Bob: I did.", "NOTE that this is said. STYLE is everything."}
	if diff := cmp.Diff(want, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if d.Kind != narrative.Transcript {
		t.Errorf("kind %s", d.Kind)
	}
	var marks []string
	for _, m := range d.Marks {
		after, err := d.Text.Slice(passage.Span{Start: m.At, End: min(m.At+12, d.Text.Len())})
		if err != nil {
			t.Fatal(err)
		}
		marks = append(marks, m.Label+" "+after)
	}
	if diff := cmp.Diff([]string{"00:00:01 Ann Clerk: T", "00:00:03 It was damag", "00:00:05 Bob: By whom", "00:00:05 Ann Clerk: A", "00:00:05 Bob: I did.\n", "00:12:04 NOTE that th"}, marks); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
}

func TestReadSubRip(t *testing.T) {
	t.Parallel()
	srt := "\uFEFF1\r\n00:00:01,000 --> 00:00:03,000\r\nThe lock is closed.\r\n\r\n2\r\n00:00:03,200 --> 00:00:05,000\r\n- By whom?\r\n- Ask them.\r\n\r\n" +
		"3\r\n01:00:00,000 --> 01:00:01,000\r\nThank you.\r\n\r\n4\r\n02:00:00,000 --> 02:00:01,000\r\nThank you.\r\n"
	d := read(t, intake.Received{Name: "a.srt", Body: []byte(srt)})
	if diff := cmp.Diff([]string{"The lock is closed.", "- By whom?", "- Ask them.", "Thank you.", "Thank you."}, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if n := len(d.Marks); n != 5 || d.Marks[4].Time != 2*time.Hour || d.Marks[4].Label != "02:00:00" {
		t.Errorf("marks %v", d.Marks)
	}
}

func TestReadTranscriptErrors(t *testing.T) {
	t.Parallel()
	const cue = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
	for name, test := range map[string]struct {
		body string
		want error
	}{
		"no cues":     {"WEBVTT\n", intake.ErrEmpty},
		"no words":    {cue + " \n", intake.ErrEmpty},
		"half a time": {"WEBVTT\n\n00:01.000 -->\nx\n", intake.ErrMalformed},
		"no time":     {"WEBVTT\n\nx --> y\nx\n", intake.ErrMalformed},
		"long line":   {cue + strings.Repeat("x", 100_000), intake.ErrMalformed},
		"region":      {"WEBVTT\n\nRegion: id\n\n00:01.000 --> 00:02.000 region:y\nx\n", intake.ErrMalformed},
		"bad UTF-8":   {cue + "\xff", passage.ErrNotUTF8},
		"NUL":         {cue + "a\x00b", passage.ErrNUL},
	} {
		if _, err := intake.Read(intake.Received{Format: intake.Transcript, Body: []byte(test.body)}, intake.Hints{}); !errors.Is(err, test.want) {
			t.Errorf("%s: error = %v, want %v", name, err, test.want)
		}
	}
}

func TestReadPost(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 3, 4, 9, 30, 7, 0, time.FixedZone("", 4*3600))
	hints := intake.Hints{Post: intake.Posting{URL: "https://posts.example/1", Author: "@harbour", At: at}}
	d, err := intake.Read(intake.Received{Format: intake.Post, Body: []byte("No.\nNo.\n\nSubscribe")}, hints)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"No.", "No.", "Subscribe"}, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	d.Text, d.Lines = passage.Text{}, nil
	want := intake.Draft{
		Format: intake.Post, Headline: "Post by @harbour", HeadlineBy: narrative.ByDesk, URL: "https://posts.example/1", Byline: "@harbour",
		LanguageBasis: narrative.Unknown, Published: given("2024-03-04", "09:30:07+04:00"), Kind: narrative.Post,
	}
	if diff := cmp.Diff(want, d, cmp.AllowUnexported(passage.Text{})); diff != "" {
		t.Errorf("draft (-want +got):\n%s", diff)
	}
	hints.Post.URL = "javascript:alert(1)"
	if _, err := intake.Read(intake.Received{Format: intake.Post, Body: []byte("No.")}, hints); !errors.Is(err, intake.ErrAddress) {
		t.Errorf("error = %v, want ErrAddress", err)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"en": strings.Join(ferry, "\n"),
		"ru": strings.Repeat("Паром остановился у нижнего шлюза в понедельник утром, и служба капитана порта сообщила, что он не двинется до окончания осмотра, который должен был начаться ещё в воскресенье, если бы этому не помешала погода. ", 3),
		"az": strings.Repeat("Gəmi bazar ertəsi səhər aşağı şlüzdə dayandı və liman kapitanının idarəsi bildirdi ki, yoxlama bitənə qədər tərpənməyəcək. ", 3),
		"hy": strings.Repeat("Նավը կանգնեց ստորին ջրանցքի մոտ երկուշաբթի առավոտյան, և նավապետի գրասենյակը հայտնեց, որ այն չի շարժվի։ ", 3),
		"":   "Too short.",
	} {
		d := read(t, intake.Received{Format: intake.Text, Body: []byte(text)})
		basis := narrative.Inferred
		if want == "" {
			basis = narrative.Unknown
		}
		if d.Language != want || d.LanguageBasis != basis {
			t.Errorf("%q, %s, want %q", d.Language, d.LanguageBasis, want)
		}
	}
	page := strings.Replace(pageOf("", ""), "en-GB", "hy", 1)
	if d := read(t, intake.Received{Format: intake.HTML, Body: []byte(page)}); d.Language != "hy" || !hasNote(d, "but the words look like en") {
		t.Errorf("language %q, notes %q", d.Language, d.Notes)
	}
	page = strings.Replace(page, `"hy"`, `"english?"`, 1)
	if d := read(t, intake.Received{Format: intake.HTML, Body: []byte(page)}); d.Language != "en" || d.LanguageBasis != narrative.Inferred || !hasNote(d, "which is none") {
		t.Errorf("language %q, notes %q", d.Language, d.Notes)
	}
}

// FuzzRead gives every format any bytes, and checks what holds for every draft.
func FuzzRead(f *testing.F) {
	formats := []intake.Format{"", intake.Text, intake.HTML, intake.Markdown, intake.Ninjs, intake.Transcript, intake.Post}
	for i, seed := range []string{
		"x", "The ferry stopped.\n(AFP)", pageOf(`<meta name=date content="2024-03-04">`, ""), "# x\n\n> y\n\n- z", `{"body_html":"<p>x<br><br>y"}`,
		"WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>x\n\n00:03.000 --> 00:04.000\ny\n", "1\n00:00:01,000 --> 00:00:02,000\nx\n", "\xFF\xFEx\x00",
	} {
		f.Add(byte(i), "a.txt", "text/html; charset=utf-8", []byte(seed))
		f.Add(byte(i), "", "", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, format byte, name, mediaType string, body []byte) {
		d, err := intake.Read(intake.Received{Format: formats[int(format)%len(formats)], Name: name, MediaType: mediaType, Body: body}, intake.Hints{})
		if err != nil {
			return
		}
		if d.Text.Len() == 0 {
			t.Error("an empty text without an error")
		}
		if _, err := passage.ParseText(d.Text.String()); err != nil {
			t.Error(err)
		}
		if d.Lines != nil && len(d.Lines) != len(d.Text.Blocks()) {
			t.Errorf("%d lines of %d paragraphs", len(d.Lines), len(d.Text.Blocks()))
		}
		if !slices.IsSortedFunc(d.Marks, func(a, b intake.Mark) int { return a.At - b.At }) {
			t.Errorf("marks out of order: %v", d.Marks)
		}
		for _, m := range d.Marks {
			if m.At < 0 || m.At >= d.Text.Len() {
				t.Errorf("mark %v of %d", m, d.Text.Len())
			}
		}
		if d.Published.IsZero() || d.Published.Known() == (d.Published.Basis == narrative.Unknown) {
			t.Errorf("published %+v", d.Published)
		}
	})
}
