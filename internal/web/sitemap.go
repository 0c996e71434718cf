package web

import (
	"encoding/xml"
	"net/http"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// partOfSite is how many addresses a part of the site's map has, which makes about a megabyte. The protocol of
// sitemaps.org allows 50,000 addresses and 50 MB.
const partOfSite = 10_000

// ownPart is the name of the part of the site's map with the pages that stand for nothing published.
const ownPart = "site"

// ownPages are the pages that stand for nothing published: lists, and what the site says of itself.
var ownPages = []string{
	ui.HomePath, ui.FactsPath, ui.ArticlesPath, ui.SourcesPath, ui.PartiesPath, ui.OutletsPath, ui.EventsPath, ui.CorrectionsPath,
	ui.LogPath, ui.AboutPath, ui.MethodPath, ui.APIPagePath,
}

// pagePaths are the addresses of what is published, by kind.
var pagePaths = map[narrative.Kind]func(string) string{
	narrative.KindFact: ui.FactPath, narrative.KindClaim: ui.ClaimPath, narrative.KindDispute: ui.DisputePath,
	narrative.KindArticle: ui.ArticlePath, narrative.KindSource: ui.SourcePath, narrative.KindOutlet: ui.OutletPath,
	narrative.KindParty: ui.PartyPath, narrative.KindEvent: ui.EventPath,
}

// showSitemap sends the map of the site by the protocol of sitemaps.org: all addresses, or where there are many the
// parts, and each part at the address that names its beginning.
func (s *Server) showSitemap(w http.ResponseWriter, r *http.Request) error {
	switch from := r.URL.Query().Get("from"); from {
	case "":
		pages, whole, err := s.store.SiteMap(r.Context(), partOfSite)
		if err != nil {
			return err
		}
		if whole {
			return sendXML(w, s.newURLSet(ownPages, pages))
		}
		return sendXML(w, s.newSitemapIndex(pages))
	case ownPart:
		return sendXML(w, s.newURLSet(ownPages, nil))
	default:
		pages, err := s.store.SitePages(r.Context(), from, partOfSite)
		if err != nil {
			return err
		}
		if len(pages) == 0 {
			return errNoPage
		}
		return sendXML(w, s.newURLSet(nil, pages))
	}
}

// sitemapSpace is the XML namespace of the protocol.
const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

type urlSet struct {
	XMLName xml.Name  `xml:"urlset"`
	Space   string    `xml:"xmlns,attr"`
	URLs    []siteURL `xml:"url"`
}

type sitemapIndex struct {
	XMLName xml.Name  `xml:"sitemapindex"`
	Space   string    `xml:"xmlns,attr"`
	Parts   []siteURL `xml:"sitemap"`
}

type siteURL struct {
	Location string `xml:"loc"`
	Changed  string `xml:"lastmod,omitempty"` // RFC 3339
}

// newURLSet lists pages of the site's own, of which it does not say when they changed, and what is published.
func (s *Server) newURLSet(own []string, pages []store.SitePage) urlSet {
	set := urlSet{Space: sitemapSpace}
	for _, path := range own {
		set.URLs = append(set.URLs, siteURL{Location: s.absolute(path)})
	}
	for _, p := range pages {
		set.URLs = append(set.URLs, siteURL{s.absolute(pagePaths[p.Kind](p.Name)), p.Changed.UTC().Format(time.RFC3339)})
	}
	return set
}

// newSitemapIndex lists the parts of the site's map by the page with which each begins.
func (s *Server) newSitemapIndex(firsts []store.SitePage) sitemapIndex {
	index := sitemapIndex{Space: sitemapSpace, Parts: []siteURL{{Location: s.absolute(ui.SitemapPartPath(ownPart))}}}
	for _, p := range firsts {
		index.Parts = append(index.Parts, siteURL{Location: s.absolute(ui.SitemapPartPath(p.Cursor()))})
	}
	return index
}

func sendXML(w http.ResponseWriter, doc any) error {
	body, err := xml.Marshal(doc)
	if err != nil {
		return err
	}
	send(w, "application/xml; charset=utf-8", append([]byte(xml.Header), body...))
	return nil
}

// showRobots lets programs read everything and names the site's map. What is not to be listed says so itself.
func (s *Server) showRobots(w http.ResponseWriter, _ *http.Request) error {
	send(w, "text/plain; charset=utf-8", []byte("User-agent: *\nAllow: /\n\nSitemap: "+s.absolute(ui.SitemapPath)+"\n"))
	return nil
}
