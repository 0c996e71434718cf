package intake_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/web/browsertest"
)

// printed is a PDF as a browser prints it.
func printed(t *testing.T, page string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "a.html"), filepath.Join(dir, "a.pdf")
	if err := os.WriteFile(in, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	if message, err := exec.Command(browsertest.Program(t), "--headless", "--no-sandbox", "--disable-gpu", "--print-to-pdf="+out, "file://"+in).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, message)
	}
	body, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// handmade is a PDF of pages that each draw a content stream, with further objects from number 100 on.
func handmade(contents ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var kids []string
	for i := range contents {
		kids = append(kids, fmt.Sprintf("%d 0 R", 10+2*i))
	}
	object := func(n int, s string) { fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, s) }
	object(1, "<</Type/Catalog/Pages 2 0 R>>")
	object(2, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(contents), strings.Join(kids, " ")))
	object(3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, c := range contents {
		object(10+2*i, fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>", 11+2*i))
		object(11+2*i, fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(c), c))
	}
	b.WriteString("trailer<</Root 1 0 R>>\n%%EOF")
	return b.Bytes()
}

func TestReadPDF(t *testing.T) {
	t.Parallel()
	page := `<!doctype html><html lang=en><meta charset=utf-8><title>Ferry stops</title><style>body{font:16px serif;width:480px}p{text-align:justify}</style>
<h1>Ferry stops</h1><p>` + ferry[0] + `</p><p>` + ferry[1] + `</p>
<p>Паром остановился у нижнего шлюза в понедельник утром, и служба капитана порта сообщила, что он не двинется до окончания осмотра.</p>
<p>Gəmi bazar ertəsi səhər aşağı şlüzdə dayandı. Նավը կանգնեց։</p>
<p>The inspection was not com&shy;pleted before the evening, when the engineers left the lower lock and the gate that was dam&shy;aged; it will be completed on</p>
<p style="page-break-before:always">the second page, which says that thirty-five passengers were taken ashore.</p><p>` + ferry[2] + `</p></html>`
	d := read(t, intake.Received{Name: "a.pdf", Body: printed(t, page)})
	want := []string{
		"Ferry stops", ferry[0], ferry[1],
		"Паром остановился у нижнего шлюза в понедельник утром, и служба капитана порта сообщила, что он не двинется до окончания осмотра.",
		"Gəmi bazar ertəsi səhər aşağı şlüzdə dayandı. Նավը կանգնեց։",
		"The inspection was not completed before the evening, when the engineers left the lower lock and the gate that was damaged; it will be completed on " +
			"the second page, which says that thirty-five passengers were taken ashore.",
		ferry[2],
	}
	if diff := cmp.Diff(want, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if d.Headline != "Ferry stops" || d.Kind != narrative.DocumentText || d.Published.Basis != narrative.Inferred {
		t.Errorf("draft %q, %s, %+v", d.Headline, d.Kind, d.Published)
	}
	if len(d.Marks) != 2 || d.Marks[0].At != 0 || d.Marks[0].Page != 1 || d.Marks[1].Label != "page 2" {
		t.Fatalf("marks %+v", d.Marks)
	}
	if after, err := d.Text.Slice(passage.Span{Start: d.Marks[1].At, End: d.Marks[1].At + 15}); err != nil || after != "the second page" {
		t.Errorf("page 2 begins at %q", after)
	}
	for _, c := range d.Cuts {
		if c.Reason != intake.RunningHead {
			t.Errorf("cut %v", c)
		}
	}
	if len(d.Cuts) != 4 {
		t.Errorf("cuts %v", d.Cuts)
	}
}

func TestReadPDFHandmade(t *testing.T) {
	t.Parallel()
	text := func(s string) string { return "BT /F 12 Tf 50 700 Td (" + s + ") Tj ET" }
	d := read(t, intake.Received{Body: handmade(text("One."), "0 0 10 10 re f", text("Three."))})
	if diff := cmp.Diff([]string{"One.", "Three."}, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if !hasNote(d, "No text on page 2") || len(d.Marks) != 2 || d.Marks[1].Page != 3 {
		t.Errorf("notes %q, marks %v", d.Notes, d.Marks)
	}
	many := handmade(make([]string, intake.MaxPages+1)...)
	for name, test := range map[string]struct {
		body []byte
		want error
	}{
		"scan":      {handmade("0 0 10 10 re f"), intake.ErrEmpty},
		"cut off":   {handmade(text("One."))[:200], intake.ErrMalformed},
		"head only": {[]byte("%PDF-1.7\n"), intake.ErrMalformed},
		"pages":     {many, intake.ErrTooLarge},
		"a loop":    {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 9/Kids[2 0 R]>>endobj trailer<</Root 1 0 R>>"), intake.ErrMalformed},
	} {
		if _, err := intake.Read(intake.Received{Format: intake.PDF, Body: test.body}, intake.Hints{}); !errors.Is(err, test.want) {
			t.Errorf("%s: error = %v, want %v", name, err, test.want)
		}
	}
}

// TestReadPDFBomb reads files that keep a reader busy for ever.
func TestReadPDFBomb(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for range 100_000 {
		b.WriteString("BT /F 12 Tf 50 700 Td (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n")
	}
	for name, body := range map[string][]byte{
		"text":    handmade(b.String()),
		"nesting": append([]byte("%PDF-1.7\n1 0 obj\n"), bytes.Repeat([]byte("["), 1<<20)...),
	} {
		if err := intake.OpenPDFWithin(2*time.Second, body); !errors.Is(err, intake.ErrTooLarge) && !errors.Is(err, intake.ErrTimeout) {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}
