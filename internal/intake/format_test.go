package intake_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/net/html/charset"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// encode writes a text in a charset, UTF-16 with its byte order mark.
func encode(t *testing.T, name, s string) []byte {
	t.Helper()
	if name == "utf-16" {
		s = "\uFEFF" + s
	}
	e, _ := charset.Lookup(strings.Replace(name, "utf-16", "utf-16le", 1))
	body, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestSniff(t *testing.T) {
	t.Parallel()
	const page, pdf, vtt = "\uFEFF <!-- x --><!DOCTYPE html><p>x", "%PDF-1.4\n", "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n"
	const srt = "1\r\n00:00:00,000 --> 00:00:01,000\r\nx\r\n"
	for name, test := range map[string]struct {
		file, mediaType, body string
		want                  intake.Format
		fails                 string // a part of the message
	}{
		"txt":                  {"a.TXT", "", "x", intake.Text, ""},
		"nothing":              {"", "", "x", intake.Text, ""},
		"plain":                {"", "text/plain; charset=utf-8", "x", intake.Text, ""},
		"page":                 {"a.html", "text/html", page, intake.HTML, ""},
		"page by its bytes":    {"", "application/octet-stream", page, intake.HTML, ""},
		"part of a page":       {"a.htm", "", "<p>x", intake.HTML, ""},
		"xhtml":                {"", "application/xhtml+xml", "<?xml version='1.0'?><html xmlns='x'>", intake.HTML, ""},
		"address without file": {"", "text/html", "x", intake.HTML, ""},
		"markdown":             {"a.md", "text/plain", "# x", intake.Markdown, ""},
		"markdown, typed":      {"", "text/markdown", "# x", intake.Markdown, ""},
		"ninjs":                {"a.json", "application/json", " {}", intake.Ninjs, ""},
		"ninjs by its type":    {"", "application/vnd.iptc.ninjs+json", "{}", intake.Ninjs, ""},
		"ninjs by its bytes":   {"", "", "{}", intake.Ninjs, ""},
		"pdf":                  {"a.pdf", "application/pdf", pdf, intake.PDF, ""},
		"pdf by its bytes":     {"", "", "\n" + pdf, intake.PDF, ""},
		"vtt":                  {"a.vtt", "text/plain", vtt, intake.Transcript, ""},
		"srt":                  {"a.srt", "", srt, intake.Transcript, ""},
		"srt by its bytes":     {"", "text/plain", srt, intake.Transcript, ""},
		"UTF-16":               {"a.txt", "", "\xFF\xFEx\x00", intake.Text, ""},

		"pdf named txt":   {"a.txt", "", pdf, "", "its name ends in .txt (text), but its contents are pdf"},
		"pdf as text":     {"", "text/plain", pdf, "", "sent as plain text"},
		"page named pdf":  {"a.pdf", "application/pdf", page, "", "its contents are html"},
		"no pdf":          {"a.pdf", "", "x", "", "does not begin as one"},
		"no json":         {"a.json", "", "[]", "", "does not begin with a brace"},
		"name and type":   {"a.md", "text/html", "x", "", "(markdown), but it was sent as text/html (html)"},
		"picture":         {"a.txt", "", "\x89PNG\r\n\x1a\n", "", "image/png"},
		"archive":         {"a.docx", "", "PK\x03\x04", "", "application/zip"},
		"rich text":       {"a.txt", "", `{\rtf1 x}`, "", "a text, a web page or a PDF"},
		"binary":          {"a.txt", "", "\x01\x00\x02\x00", "", "octet-stream"},
		"unknown ending":  {"a.doc", "", "x", "", `end in ".doc"`},
		"unknown type":    {"", "text/css", "x", "", `sent as "text/css"`},
		"neither is read": {"a.css", "text/css", "x", "", `end in ".css" or are sent as "text/css"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := intake.Sniff(test.file, test.mediaType, []byte(test.body))
			switch {
			case test.fails == "" && (err != nil || got != test.want):
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			case test.fails != "" && (!errors.Is(err, intake.ErrFormat) || !strings.Contains(err.Error(), test.fails) || got != ""):
				t.Errorf("got %q, %v, want an error with %q", got, err, test.fails)
			}
		})
	}
}

func TestReadText(t *testing.T) {
	t.Parallel()
	body := "date 2024-03-05 Ferry stops at the lock\n" + strings.Join(ferry, "\n") + "\n(Reuters)\n© The Harbour Post"
	d := read(t, intake.Received{Name: "a.txt", Body: []byte(body), URL: "https://a.example/x#y"})
	if d.Format != intake.Text || d.Headline != "Ferry stops at the lock" || d.HeadlineBy != narrative.ByArticle || d.URL != "https://a.example/x" {
		t.Errorf("draft %+v", d)
	}
	if want := (narrative.Date{On: given("2024-03-05", "").On, Basis: narrative.Inferred, Reason: "a date that was glued in front of the text"}); d.Published != want {
		t.Errorf("published %+v, want %+v", d.Published, want)
	}
	if d.Language != "en" || d.LanguageBasis != narrative.Inferred {
		t.Errorf("language %q, %s", d.Language, d.LanguageBasis)
	}
	if d.Credit != "Reuters" {
		t.Errorf("credit %q, want Reuters", d.Credit)
	}
	if len(d.Cuts) != 2 {
		t.Errorf("cuts %v", d.Cuts)
	}
}

func TestReadTextCharset(t *testing.T) {
	t.Parallel()
	const russian = "Паром остановился."
	for name, r := range map[string]intake.Received{
		"utf-16":       {Format: intake.Text, Body: encode(t, "utf-16", russian)},
		"windows-1251": {Format: intake.Text, Body: encode(t, "windows-1251", russian), MediaType: "text/plain; charset=windows-1251"},
	} {
		if got := read(t, r).Text.String(); got != russian {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, test := range map[string]struct {
		r    intake.Received
		want error
	}{
		"not named":       {intake.Received{Format: intake.Text, Body: encode(t, "windows-1251", russian)}, passage.ErrNotUTF8},
		"unknown charset": {intake.Received{Format: intake.Text, Body: []byte("x"), MediaType: "text/plain; charset=klingon"}, intake.ErrFormat},
		"unknown format":  {intake.Received{Format: "telex", Body: []byte("x")}, intake.ErrFormat},
		"NUL":             {intake.Received{Format: intake.Text, Body: []byte("x\x00")}, passage.ErrNUL},
	} {
		if _, err := intake.Read(test.r, intake.Hints{}); !errors.Is(err, test.want) {
			t.Errorf("%s: error = %v, want %v", name, err, test.want)
		}
	}
}
