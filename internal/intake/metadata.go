package intake

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
)

// metadata reads what a page says of its article: JSON-LD first, then Open Graph and article:*, then its elements.
func (d *drafter) metadata(page *goquery.Document, received string) {
	ld := linkedData(page)
	meta := func(names ...string) string {
		for _, name := range names {
			for _, attribute := range []string{"property", "name", "itemprop"} {
				if s := strings.TrimSpace(page.Find(`meta[`+attribute+`="`+name+`"]`).First().AttrOr("content", "")); s != "" {
					return s
				}
			}
		}
		return ""
	}
	site := first(ld.name("publisher"), meta("og:site_name"))
	d.Outlet = site
	d.Headline = first(ld.text("headline"), unsuffixed(meta("og:title"), site), onlyHeading(page), unsuffixed(page.Find("title").First().Text(), site))
	author := meta("article:author", "author")
	if webAddress(author) != "" { // some sites give the author's page
		author = ""
	}
	d.Byline = first(ld.name("author"), author)
	d.Language = first(page.Find("html").AttrOr("lang", ""), ld.text("inLanguage"), strings.ReplaceAll(meta("og:locale"), "_", "-"))
	d.Rights = first(ld.text("copyrightNotice"), meta("copyright", "dc.rights", "dcterms.rights"))
	d.Credit = ld.name("sourceOrganization")
	if ld.is("SocialMediaPosting") {
		d.Kind = narrative.Post
	}
	if free, ok := ld["isAccessibleForFree"]; ok && (free == false || strings.EqualFold(ld.text("isAccessibleForFree"), "false")) {
		d.note("The page says that it is not free to read: its text may be cut short.")
	}
	d.address(first(page.Find(`link[rel="canonical"]`).First().AttrOr("href", ""), meta("og:url")), received)
	d.pageDates(page, ld, meta)
}

// pageDates collects all dates of a page in the order in which they are trusted.
func (d *drafter) pageDates(page *goquery.Document, ld object, meta func(...string) string) {
	var published, modified []stamp
	add := func(to *[]stamp, where, text string) {
		if s, ok := readStamp(where, text, false); ok {
			*to = append(*to, s)
		} else if strings.TrimSpace(text) != "" {
			d.note("%s is %q, which cannot be read as a date.", where, clip(text))
		}
	}
	add(&published, "JSON-LD datePublished", ld.text("datePublished"))
	for _, name := range []string{"article:published_time", "datePublished", "date", "dc.date", "dcterms.date", "dcterms.created"} {
		add(&published, name, meta(name))
	}
	add(&modified, "JSON-LD dateModified", ld.text("dateModified"))
	for _, name := range []string{"article:modified_time", "dateModified", "og:updated_time", "dcterms.modified"} {
		add(&modified, name, meta(name))
	}
	// A page has times of other articles too, so that those outside the article stay out if there is one.
	times := page.Find("article time[datetime]")
	if times.Length() == 0 {
		times = page.Find("time[datetime]")
	}
	times.EachWithBreak(func(i int, t *goquery.Selection) bool {
		where := "the page's <time>"
		if label := strings.ToLower(t.AttrOr("itemprop", "") + " " + t.AttrOr("class", "")); strings.Contains(label, "modif") || strings.Contains(label, "updat") {
			add(&modified, where, t.AttrOr("datetime", ""))
		} else {
			add(&published, where, t.AttrOr("datetime", ""))
		}
		return i < 4
	})
	d.publish(published, modified)
}

// address takes the page's own word for its address, and notes it where that leads to another site.
func (d *drafter) address(own, received string) {
	base, err := url.Parse(webAddress(received))
	if err != nil {
		return
	}
	u, err := base.Parse(own)
	if own == "" || err != nil || webAddress(u.String()) == "" {
		return
	}
	if base.Host != "" && !strings.EqualFold(strings.TrimPrefix(u.Host, "www."), strings.TrimPrefix(base.Host, "www.")) {
		d.note("The page gives an address on another site as its own: %s. It may be a reprint.", clip(u.String()))
		return
	}
	d.URL = webAddress(u.String())
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}

// unsuffixed cuts the site's name off the end of a title.
func unsuffixed(title, site string) string {
	title = strings.TrimSpace(title)
	for _, bar := range []string{" | ", " - ", " – ", " — ", " · ", " :: "} {
		if i := strings.LastIndex(title, bar); i > 0 && site != "" && strings.EqualFold(strings.TrimSpace(title[i+len(bar):]), site) {
			return strings.TrimSpace(title[:i])
		}
	}
	return title
}

// onlyHeading returns the page's first-level heading, if it has just one.
func onlyHeading(page *goquery.Document) string {
	if h := page.Find("h1"); h.Length() == 1 {
		return strings.Join(strings.Fields(h.Text()), " ")
	}
	return ""
}

// An object is an object of JSON.
type object map[string]any

// articleTypes are the types of schema.org that are an article.
var articleTypes = []string{
	"NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle", "OpinionNewsArticle", "AskPublicNewsArticle",
	"ReviewNewsArticle", "Article", "BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report", "AdvertiserContentArticle",
}

// linkedData returns the first article in a page's JSON-LD, an empty object if there is none. What cannot be read is
// passed over: many a page has a block that is broken.
func linkedData(page *goquery.Document) object {
	var found object
	page.Find(`script[type="application/ld+json"]`).EachWithBreak(func(i int, s *goquery.Selection) bool {
		var value any
		if json.Unmarshal([]byte(s.Text()), &value) == nil {
			found = findArticle(value, 0)
		}
		return found == nil && i < 50
	})
	return found
}

// findArticle looks for an article in lists, graphs and pages about one.
func findArticle(value any, depth int) object {
	if depth > 6 {
		return nil
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if o := findArticle(item, depth+1); o != nil {
				return o
			}
		}
	case map[string]any:
		o := object(v)
		if slices.ContainsFunc(articleTypes, o.is) {
			return o
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			if found := findArticle(v[key], depth+1); found != nil {
				return found
			}
		}
	}
	return nil
}

// is reports whether the object is of a type.
func (o object) is(name string) bool {
	switch t := o["@type"].(type) {
	case string:
		return t == name
	case []any:
		return slices.Contains(t, any(name))
	}
	return false
}

// text returns a text, or the first of several.
func (o object) text(key string) string {
	switch v := o[key].(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return object{"": v[0]}.text("")
		}
	case map[string]any:
		return object(v).text("name")
	}
	return ""
}

// name returns the name of a person or body, or the names of several.
func (o object) name(key string) string {
	list, ok := o[key].([]any)
	if !ok {
		return o.text(key)
	}
	var names []string
	for _, item := range list[:min(len(list), 20)] {
		if s := (object{"": item}).text(""); s != "" {
			names = append(names, s)
		}
	}
	return strings.Join(names, ", ")
}
