package intake

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"counterclaim/internal/passage"
)

// MaxItems is how many items of a feed are taken, the first ones.
const MaxItems = 200

// maxSummary is the longest summary that is kept, in code points.
const maxSummary = 1000

// A Feed is what a site announces. It leads to articles and is none itself.
type Feed struct {
	Title string
	Items []Item // at most [MaxItems], in the feed's order, each once
	More  int    // how many items were left out: beyond the bound, or without address
}

// An Item is an article that a feed announces. All texts are plain, in one line.
type Item struct {
	ID        string    // the feed's own, else the address; the same whenever the item is seen again
	URL       string    // http or https, without fragment and without what only tells readers apart
	Title     string    // "" if it has none
	Summary   string    // shortened
	Author    string    // as printed
	Published time.Time // in UTC; the zero time if the feed does not tell
}

// ReadFeed reads RSS, Atom or JSON Feed. Relative addresses are taken from the feed's own, which may be "".
// The errors are [ErrTooLarge] beyond [MaxFetched], and [ErrMalformed].
func ReadFeed(body []byte, address string) (feed Feed, err error) {
	defer func() {
		if recover() != nil { // the parser is a library
			feed, err = Feed{}, fmt.Errorf("intake: %w: it is no feed that can be read", ErrMalformed)
		}
	}()
	if len(body) > MaxFetched {
		return Feed{}, fmt.Errorf("intake: %w: %d bytes, more than %d", ErrTooLarge, len(body), MaxFetched)
	}
	if err := checkXMLDepth(body); err != nil {
		return Feed{}, err
	}
	parser := gofeed.NewParser()
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	parsed, err := parser.Parse(bytes.NewReader(body))
	if err != nil {
		return Feed{}, fmt.Errorf("intake: %w: it is no RSS, Atom or JSON feed", ErrMalformed)
	}
	base, err := url.Parse(webAddress(address))
	if err != nil {
		base = &url.URL{}
	}
	feed.Title = plain(parsed.Title, maxSummary)
	seen := map[string]bool{}
	for _, i := range parsed.Items {
		item := readItem(i, base)
		switch {
		case item.URL == "" || len(feed.Items) == MaxItems:
			feed.More++
		case !seen[item.ID]:
			seen[item.ID] = true
			feed.Items = append(feed.Items, item)
		}
	}
	return feed, nil
}

func readItem(i *gofeed.Item, base *url.URL) Item {
	item := Item{
		URL:     canonical(first(i.Link, strings.Join(i.Links[:min(len(i.Links), 1)], "")), base),
		Title:   plain(i.Title, maxSummary),
		Summary: plain(first(i.Description, i.Content), maxSummary),
	}
	if item.URL == "" { // many a feed has its address only there
		item.URL = canonical(i.GUID, &url.URL{})
	}
	id, err := passage.NewText(i.GUID)
	if item.ID = id.String(); err != nil || item.ID == "" || id.Len() > maxSummary {
		item.ID = item.URL
	}
	var names []string
	for _, p := range i.Authors[:min(len(i.Authors), 20)] {
		if p != nil {
			names = append(names, p.Name)
		}
	}
	item.Author = plain(strings.Join(names, ", "), 300)
	if at := i.PublishedParsed; at != nil && sane(*at) {
		item.Published = at.UTC()
	}
	return item
}

// plain makes one line of plain text of a feed's text, which may be HTML, shortened to a number of code points.
func plain(s string, most int) string {
	const enough = 20_000 // bytes; the rest of a whole article is not looked at
	if len(s) > enough {
		s = strings.ToValidUTF8(s[:enough], "")
	}
	if strings.ContainsAny(s, "<&") {
		root, err := parsePage(s)
		if err != nil {
			return ""
		}
		s = strings.Join(blocksOf(root), " ")
	}
	text, err := passage.NewText(strings.Join(strings.Fields(s), " "))
	if err != nil {
		return ""
	}
	if text.Len() <= most {
		return text.String()
	}
	short, err := text.Slice(passage.Span{Start: 0, End: most - 1})
	if err != nil {
		return ""
	}
	return strings.TrimSpace(short) + "…"
}

// tracking are parameters of addresses that tell how a reader came, not what is read.
var tracking = []string{"fbclid", "gclid", "dclid", "yclid", "msclkid", "mc_cid", "mc_eid", "igshid"}

// canonical returns an address without what does not tell articles apart, "" if it is none of http or https.
func canonical(address string, base *url.URL) string {
	u, err := base.Parse(strings.TrimSpace(address))
	if err != nil || strings.TrimSpace(address) == "" || webAddress(u.String()) == "" {
		return ""
	}
	if u.RawQuery != "" {
		kept := slices.DeleteFunc(strings.Split(u.RawQuery, "&"), func(p string) bool {
			name, _, _ := strings.Cut(p, "=")
			return strings.HasPrefix(name, "utm_") || slices.Contains(tracking, name)
		})
		u.RawQuery = strings.Join(kept, "&")
	}
	return webAddress(u.String())
}

// checkXMLDepth refuses XML with more elements inside each other than any feed has: its parser is recursive. What is not
// XML passes.
func checkXMLDepth(body []byte) error {
	if beginsObject(body) {
		return nil
	}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.Strict = false
	decoder.CharsetReader = charset.NewReaderLabel
	for depth := 0; ; {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("intake: %w: it is no RSS, Atom or JSON feed", ErrMalformed)
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return fmt.Errorf("intake: %w: more than %d elements inside each other", ErrMalformed, maxDepth)
			}
		case xml.EndElement:
			depth--
		}
	}
}
