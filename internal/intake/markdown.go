package intake

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/yuin/goldmark"
)

// maxMarkers is how many list or quotation marks may stand at the beginning of a line. Each is a level.
const maxMarkers = 50

var (
	frontMatter = regexp.MustCompile(`^(---|\+\+\+)[ \t]*\n(?s:.*?)\n(---|\+\+\+|\.\.\.)[ \t]*(\n|$)`)
	markers     = regexp.MustCompile(`(?m)^([ \t]*(?:[>*+-]|\d{1,9}[.)]))+`)
)

// markdown reads CommonMark. It is drawn as a page, whose paragraphs are taken; HTML within is left out.
func (d *drafter) markdown(r Received) error {
	s, err := decodeText(r)
	if err != nil {
		return err
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, m := range markers.FindAllString(s, -1) {
		if len(m) > maxMarkers && len(strings.Fields(m)) > maxMarkers || strings.Count(m, ">") > maxMarkers {
			return fmt.Errorf("intake: %w: more than %d levels inside each other", ErrMalformed, maxMarkers)
		}
	}
	if settings := frontMatter.FindString(s); settings != "" {
		d.cut(line{1, strings.TrimSpace(settings)}, FrontMatter)
		s = strings.TrimPrefix(s, settings)
	}
	var drawn bytes.Buffer
	if err := goldmark.Convert([]byte(s), &drawn); err != nil {
		return fmt.Errorf("intake: %w: it cannot be read as Markdown", ErrMalformed)
	}
	if bytes.Contains(drawn.Bytes(), []byte("<!-- raw HTML omitted -->")) {
		d.note("HTML within the Markdown was left out.")
	}
	root, err := parsePage(drawn.String())
	if err != nil {
		return err
	}
	page := goquery.NewDocumentFromNode(root)
	if n := page.Find("img").Length(); n > 0 {
		d.note("Pictures that were left out: %d.", n)
	}
	d.Headline = strings.Join(strings.Fields(page.Find("h1, h2, h3").First().Text()), " ")
	for _, text := range blocksOf(root) {
		d.add(text)
	}
	return nil
}
