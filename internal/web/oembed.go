package web

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/card"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/web/ui"
)

// An oEmbed says how another site may show a page of ours (oEmbed 1.0, 2.3.4). In a frame too small for a card it is of the
// type link, which has no HTML.
type oEmbed struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Type            string   `json:"type" xml:"type"`
	Version         string   `json:"version" xml:"version"`
	Title           string   `json:"title" xml:"title"`
	AuthorName      string   `json:"author_name" xml:"author_name"`
	AuthorURL       string   `json:"author_url" xml:"author_url"`
	ProviderName    string   `json:"provider_name" xml:"provider_name"`
	ProviderURL     string   `json:"provider_url" xml:"provider_url"`
	CacheAge        int      `json:"cache_age" xml:"cache_age"` // seconds
	ThumbnailURL    string   `json:"thumbnail_url,omitempty" xml:"thumbnail_url,omitempty"`
	ThumbnailWidth  int      `json:"thumbnail_width,omitempty" xml:"thumbnail_width,omitempty"`
	ThumbnailHeight int      `json:"thumbnail_height,omitempty" xml:"thumbnail_height,omitempty"`
	HTML            string   `json:"html,omitempty" xml:"html,omitempty"`
	Width           int      `json:"width,omitempty" xml:"width,omitempty"`
	Height          int      `json:"height,omitempty" xml:"height,omitempty"`
}

// Sizes of embedded cards, in CSS pixels.
const (
	embedWidth    = 600
	leastWidth    = 200
	leastHeight   = 150
	unknownHeight = 480 // of a card whose positions were not asked for
	tallestEmbed  = 1200
)

// embedAge is for how many seconds a consumer may keep what it was told: it names the card, which says itself if the fact
// has changed.
const embedAge = 3600

// The media types of oEmbed, of answers and of links.
const (
	oEmbedJSON = "application/json+oembed"
	oEmbedXML  = "text/xml+oembed"
)

// oEmbedLinks are the links by which the page at path is found to be embeddable.
func (s *Server) oEmbedLinks(path, title string) []alternate {
	address := ui.OEmbedPath(s.absolute(path))
	return []alternate{
		{Type: oEmbedJSON, Title: title, Href: s.absolute(address)},
		{Type: oEmbedXML, Title: title, Href: s.absolute(address + "&format=xml")},
	}
}

// showOEmbed says how to embed the page whose address is in the query: that of a fact, an edition, or a claim, which is
// shown as its fact, so that no side's words stand alone.
func (s *Server) showOEmbed(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	query := r.URL.Query()
	format := query.Get("format")
	if format != "" && format != "json" && format != "xml" {
		w.WriteHeader(http.StatusNotImplemented) // no fault of ours, so no error
		send(w, "text/plain; charset=utf-8", []byte("The parameter format may be json or xml.\n"))
		return nil
	}
	width, err := bound(query, "maxwidth")
	if err != nil {
		return err
	}
	height, err := bound(query, "maxheight")
	if err != nil {
		return err
	}
	address := query.Get("url")
	if address == "" || !utf8.ValidString(address) {
		return &statusError{status: http.StatusBadRequest, message: "The parameter url has to be the address of a page here."}
	}
	target, err := s.oEmbedTarget(r, address)
	if err != nil {
		return err
	}
	answer := s.newOEmbed(target, width, height)
	if format == "xml" {
		body, err := xml.Marshal(answer)
		if err != nil {
			return err
		}
		send(w, "text/xml; charset=utf-8", append([]byte(`<?xml version="1.0" encoding="utf-8" standalone="yes"?>`+"\n"), body...))
		return nil
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	send(w, "application/json", body)
	return nil
}

// bound returns a number of pixels of the query, 0 if it has none.
func bound(query url.Values, name string) (int, error) {
	if !query.Has(name) {
		return 0, nil
	}
	n, err := strconv.ParseUint(query.Get(name), 10, 31)
	if err != nil || n == 0 {
		return 0, &statusError{status: http.StatusBadRequest, message: "The parameter " + name + " has to be a whole number of pixels from 1 on."}
	}
	return int(n), nil
}

// An oEmbedTarget is what is to be embedded.
type oEmbedTarget struct {
	title  string
	frame  string // path of the card in a frame
	card   string // path of the picture
	height func(width int) int
}

// oEmbedTarget finds what an absolute address stands for. The error is a page that is not there, for one that is not ours
// or has no card too.
func (s *Server) oEmbedTarget(r *http.Request, address string) (oEmbedTarget, error) {
	path, ok := s.ownPath(address)
	if !ok {
		return oEmbedTarget{}, errNoPage
	}
	if code, ok := strings.CutPrefix(path, ui.ClaimPath("")); ok {
		return s.oEmbedClaim(r, code)
	}
	slug, ok := strings.CutPrefix(path, ui.FactPath(""))
	if !ok {
		return oEmbedTarget{}, errNoPage
	}
	slug, written, ofEdition := strings.Cut(slug, "/editions/")
	number := 0
	if ofEdition {
		var err error
		if number, err = editionNumber(written); err != nil {
			return oEmbedTarget{}, err
		}
	}
	if !narrative.Slug(slug).Valid() {
		return oEmbedTarget{}, errNoPage
	}
	e, err := s.store.Edition(r.Context(), slug, number)
	if err != nil {
		return oEmbedTarget{}, moved(err, func(to string) string { return s.oEmbedPath(ui.FactPath(to), r.URL.Query()) })
	}
	body, err := bodyOf(e)
	if err != nil {
		return oEmbedTarget{}, err
	}
	t := oEmbedTarget{title: inventedTitle(body.Content.Title, body.Content.Dispute.Fiction), frame: ui.EmbedPath(e.Fact), card: ui.CardPath(e.Fact), height: heightOf(body.Content)}
	if ofEdition {
		t.title += " (" + strings.ToLower(editionWords(e)[:1]) + editionWords(e)[1:] + ", " + day(e.PublishedAt) + ")"
		t.frame, t.card = ui.EditionEmbedPath(e.Fact, e.Number), ui.EditionCardPath(e.Fact, e.Number)
	}
	return t, nil
}

// oEmbedClaim is the fact of a claim: the one that the claim's page shows first.
func (s *Server) oEmbedClaim(r *http.Request, written string) (oEmbedTarget, error) {
	code, err := narrative.ParseCode(written)
	if err != nil || string(code) != written {
		return oEmbedTarget{}, errNoPage
	}
	p, err := s.store.Claim(r.Context(), written)
	if err != nil {
		return oEmbedTarget{}, moved(err, func(to string) string { return s.oEmbedPath(ui.ClaimPath(to), r.URL.Query()) })
	}
	row := latestRow(p.Rows)
	t := oEmbedTarget{
		title: inventedTitle(row.Title, areInvented(p.Rows)), frame: ui.EmbedPath(row.Fact), card: ui.CardPath(row.Fact), height: func(int) int { return unknownHeight },
	}
	if p.Past {
		t.frame, t.card = ui.EditionEmbedPath(row.Fact, row.Number), ui.EditionCardPath(row.Fact, row.Number)
	}
	return t, nil
}

// oEmbedPath is the address of the same question about the page at path.
func (s *Server) oEmbedPath(path string, query url.Values) string {
	kept := url.Values{}
	for _, name := range []string{"maxwidth", "maxheight", "format"} {
		if query.Has(name) {
			kept[name] = query[name]
		}
	}
	if len(kept) == 0 {
		return ui.OEmbedPath(s.absolute(path))
	}
	return ui.OEmbedPath(s.absolute(path)) + "&" + kept.Encode()
}

// ownPath returns the path of an absolute address, and whether it is one of this site.
func (s *Server) ownPath(address string) (string, bool) {
	own, err := url.Parse(s.publicURL)
	if err != nil {
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil || u.User != nil || origin(u) != origin(own) {
		return "", false
	}
	return strings.CutPrefix(u.Path, own.Path)
}

// origin is scheme and host of an address, without the port that the scheme has anyway.
func origin(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host
}

// newOEmbed says how to embed a page in a frame of at most so many pixels, 0 for any number.
func (s *Server) newOEmbed(t oEmbedTarget, maxWidth, maxHeight int) oEmbed {
	within := func(n, most int) bool { return most == 0 || n <= most }
	o := oEmbed{
		Type: "link", Version: "1.0", Title: t.title, AuthorName: siteName, AuthorURL: s.absolute(ui.AboutPath), ProviderName: siteName,
		ProviderURL: s.absolute(ui.HomePath), CacheAge: embedAge,
	}
	if within(card.Width, maxWidth) && within(card.Height, maxHeight) {
		o.ThumbnailURL, o.ThumbnailWidth, o.ThumbnailHeight = s.absolute(t.card), card.Width, card.Height
	}
	if within(leastWidth, maxWidth) && within(leastHeight, maxHeight) {
		o.Type, o.Width = "rich", embedWidth
		if maxWidth > 0 {
			o.Width = min(o.Width, maxWidth)
		}
		o.Height = t.height(o.Width)
		if maxHeight > 0 {
			o.Height = min(o.Height, maxHeight)
		}
		o.HTML = embedCode(s.absolute(t.frame), t.title, o.Width, o.Height)
	}
	return o
}

// embedCode is the HTML with which another site shows a card. In its frame nothing runs, and links lead out of it only when
// somebody follows them.
func embedCode(address, title string, width, height int) string {
	return fmt.Sprintf(`<iframe src="%s" title="%s" width="%d" height="%d" loading="lazy" `+
		`sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation" style="border:0;max-width:100%%"></iframe>`,
		html.EscapeString(address), html.EscapeString(title+" – "+siteName), width, height)
}

// heightOf returns about how high the card of an edition is at a width, rather more than less.
func heightOf(c edition.Content) func(width int) int {
	// Letters are about half as wide as they are high, in bold rather more.
	rows := func(text string, size float64, width int) int {
		return 1 + int(float64(utf8.RuneCountInString(text))*size*.56/float64(width))
	}
	return func(width int) int {
		inner := width - 2*20
		title := min(max(18, 14+width*16/1000), 24)
		height := 32 + rows(c.Question.String(), float64(title), inner)*title*122/100 + 170 // with the foot
		height += 45                                                                        // that the fact has changed, once it has
		if c.Dispute.Fiction {
			height += 12 + rows(allInvented, 13, inner)*19 + 13
		}
		at := comparedBand(c)
		if at < 0 {
			return height
		}
		band := c.Bands[at]
		if band.Aspect != "" {
			height += 8 + rows(band.Question.String(), 15, inner)*21
		}
		columns := min(max(1, (inner+20)/(176+20)), len(band.Heads))
		column := (inner - (columns-1)*20) / columns
		tallest := 0
		for i, h := range band.Heads {
			head := 30 + rows(h.Letter+" "+h.Label.String(), 15, column)*20
			for _, line := range h.Lines {
				if slices.Contains(whoLines, line.Title) {
					head += rows(line.Title+" "+line.Text.String(), 13, column) * 18
				}
			}
			tallest = max(tallest, head)
			if i%columns == columns-1 || i == len(band.Heads)-1 {
				height, tallest = height+tallest, 0
			}
		}
		return min(height+26, tallestEmbed)
	}
}
