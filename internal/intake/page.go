package intake

import (
	"fmt"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// An extractor finds the part of a page that is the article. It may change the page, and returns nil where it finds none.
// Which one does it best changes from year to year, so that only this much is asked of it.
type extractor func(page *html.Node, address *url.URL) (*html.Node, error)

// mainPart is the extractor in use.
var mainPart extractor = readable

// readable asks the readability module.
func readable(page *html.Node, address *url.URL) (*html.Node, error) {
	parser := readability.NewParser()
	parser.DisableJSONLD = true // read by [readMetadata], which keeps every date
	article, err := parser.ParseAndMutate(page, address)
	return article.Node, err
}

// mostCuts is how many paragraphs outside the article are told one by one. A page has some dozens.
const mostCuts = 300

// page reads a web page: its metadata, and the paragraphs of its article. All other paragraphs are cut and told.
func (d *drafter) page(r Received) error {
	page, doubt, err := decodePage(r)
	if err != nil {
		return err
	}
	if doubt != "" {
		d.note("%s", doubt)
	}
	root, err := parsePage(page)
	if err != nil {
		return err
	}
	d.metadata(goquery.NewDocumentFromNode(root), r.URL)
	all := blocksOf(root)
	address, err := url.Parse(d.URL)
	if err != nil || d.URL == "" {
		address = nil
	}
	node, err := mainPart(root, address)
	if err != nil {
		return fmt.Errorf("intake: %w: no article can be found in it", ErrMalformed)
	}
	if node == nil {
		return fmt.Errorf("intake: %w: no article can be found in the page; it may draw its text by a script", ErrEmpty)
	}
	d.keep(all, blocksOf(node))
	return nil
}

// keep takes the article's paragraphs, numbers them as they stand on the page, and cuts the rest of the page's.
func (d *drafter) keep(all, kept []string) {
	places := map[string][]int{} // where a paragraph stands on the page, from 1
	for i, text := range all {
		places[likeness(text)] = append(places[likeness(text)], i+1)
	}
	taken := make([]bool, len(all)+1)
	number := 1
	for _, text := range kept {
		// Of paragraphs that come twice, the first one that is below what was taken so far.
		like := likeness(text)
		for i, at := range places[like] {
			if at >= number {
				number, taken[at] = at, true
				places[like] = places[like][i+1:]
				break
			}
		}
		d.lines = append(d.lines, line{number, text})
	}
	cuts := 0
	for i, text := range all {
		if taken[i+1] {
			continue
		}
		if cuts++; cuts <= mostCuts {
			d.cut(line{i + 1, text}, Outside)
		}
	}
	if cuts > mostCuts {
		d.note("%d more paragraphs of the page are outside the article and not listed.", cuts-mostCuts)
	}
}

// webAddress returns an address in its ordinary form, without fragment, "" if it is none of http or https.
func webAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	u.Host = strings.ToLower(u.Host)
	return u.String()
}
