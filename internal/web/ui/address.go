package ui

import (
	"net/url"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
)

// The addresses of the lists.
const (
	HomePath     = "/"
	FactsPath    = "/facts"
	ArticlesPath = "/articles"
	SourcesPath  = "/sources"
	PartiesPath  = "/parties"
	OutletsPath  = "/outlets"
	EventsPath   = "/events"
	AboutPath    = "/about"
	MethodPath   = "/about/method"

	CorrectionsPath = "/corrections"
	LogPath         = "/log"
	CheckpointPath  = "/log/checkpoint"
	APIPagePath     = "/about/api"
	APIPath         = "/api/v1"
	OpenAPIPath     = "/api/openapi.json"
	SiteCardPath    = "/cards/site.png"
	SitemapPath     = "/sitemap.xml"
)

// FactPath returns the address of a contested fact's page.
func FactPath(slug string) string { return FactsPath + "/" + slug }

// FactDataPath returns the address of the canonical data of a fact's latest edition.
func FactDataPath(slug string) string { return FactPath(slug) + ".json" }

// EditionPath returns the address at which edition n of a fact stays for ever.
func EditionPath(slug string, n int) string {
	return FactPath(slug) + "/editions/" + strconv.Itoa(n)
}

// EditionDataPath returns the address of edition n's canonical data.
func EditionDataPath(slug string, n int) string { return EditionPath(slug, n) + ".json" }

// EditionsPath returns the address of a fact's history.
func EditionsPath(slug string) string { return FactPath(slug) + "/editions" }

// ChangesPath returns the address of what differs between two editions of a fact, the earlier one first.
func ChangesPath(slug string, from, to int) string {
	return FactPath(slug) + "/changes/" + strconv.Itoa(from) + ".." + strconv.Itoa(to)
}

// ChangesDataPath returns the address of the same as data.
func ChangesDataPath(slug string, from, to int) string { return ChangesPath(slug, from, to) + ".json" }

// FactFormPath returns the address of a fact's latest edition in another form, such as "csv".
func FactFormPath(slug, format string) string { return FactPath(slug) + "." + format }

// EditionFormPath returns the address of edition n in another form.
func EditionFormPath(slug string, n int, format string) string {
	return EditionPath(slug, n) + "." + format
}

// ClaimFormPath returns the address of a claim in another form.
func ClaimFormPath(code, format string) string { return ClaimPath(code) + "." + format }

// ArticleFormPath returns the address of an article in another form.
func ArticleFormPath(slug, format string) string { return ArticlePath(slug) + "." + format }

// ParagraphPath returns the address at which a paragraph is made of edition n's claims.
func ParagraphPath(slug string, n int) string { return EditionPath(slug, n) + "/paragraph" }

// Chosen returns an address with the claims and records chosen for a paragraph, in the form of [edition.Choice].
func Chosen(path string, choice []string) string {
	if len(choice) == 0 {
		return path
	}
	return path + "?" + url.Values{"claims": choice}.Encode()
}

// ShareEditionPath returns the address of the page on sharing edition n.
func ShareEditionPath(slug string, n int) string { return EditionPath(slug, n) + "/share" }

// ShareClaimPath returns the address of the page on sharing a claim.
func ShareClaimPath(code string) string { return ClaimPath(code) + "/share" }

// AsOfPath returns the address of a page as of a day of the world's clock, written 2023-01-25.
func AsOfPath(page, day string) string { return page + "?asof=" + url.QueryEscape(day) }

// TimeGatePath returns the address that leads to a fact's edition of a moment (RFC 7089).
func TimeGatePath(slug string) string { return "/timegate" + FactPath(slug) }

// TimeMapPath returns the address of the list of a fact's editions by time.
func TimeMapPath(slug string) string { return "/timemap" + FactPath(slug) }

// CardPath returns the address of the picture for links to a fact.
func CardPath(slug string) string { return "/cards" + FactPath(slug) + ".png" }

// EditionCardPath returns the address of the picture for links to edition n.
func EditionCardPath(slug string, n int) string { return "/cards" + EditionPath(slug, n) + ".png" }

// EmbedPath returns the address of a fact's card for other sites' pages.
func EmbedPath(slug string) string { return "/embed" + FactPath(slug) }

// EditionEmbedPath returns the address of edition n's card for other sites' pages.
func EditionEmbedPath(slug string, n int) string { return "/embed" + EditionPath(slug, n) }

// OEmbedPath returns the address that describes the embedding of a page, by its absolute address.
func OEmbedPath(absolute string) string { return "/oembed?url=" + url.QueryEscape(absolute) }

// FactsFeedPath returns the address of the feed of new facts; the format is "atom" or "json", here and below.
func FactsFeedPath(format string) string { return "/feeds/facts." + format }

// FactFeedPath returns the address of the feed of a fact's editions.
func FactFeedPath(slug, format string) string { return "/feeds" + FactPath(slug) + "." + format }

// SourceFeedPath returns the address of the feed of a source's claims.
func SourceFeedPath(slug, format string) string { return "/feeds" + SourcePath(slug) + "." + format }

// OutletFeedPath returns the address of the feed of an outlet's claims.
func OutletFeedPath(slug, format string) string { return "/feeds" + OutletPath(slug) + "." + format }

// SitemapPartPath returns the address of the part of the site's map that begins with the named page.
func SitemapPartPath(from string) string {
	return SitemapPath + "?" + url.Values{"from": {from}}.Encode()
}

// CorrectionsFeedPath returns the address of the feed of corrections.
func CorrectionsFeedPath(format string) string { return "/feeds/corrections." + format }

// DisputePath returns the address of a dispute's page.
func DisputePath(slug string) string { return "/disputes/" + slug }

// ClaimPath returns the address of a claim's page.
func ClaimPath(code string) string { return "/claims/" + code }

// ArticlePath returns the address of an article's page.
func ArticlePath(slug string) string { return ArticlesPath + "/" + slug }

// SourcePath returns the address of a source's page.
func SourcePath(slug string) string { return SourcesPath + "/" + slug }

// PartyPath returns the address of a party's page.
func PartyPath(slug string) string { return PartiesPath + "/" + slug }

// OutletPath returns the address of an outlet's page.
func OutletPath(slug string) string { return OutletsPath + "/" + slug }

// EventPath returns the address of an occasion's page.
func EventPath(slug string) string { return EventsPath + "/" + slug }

// At returns an address with the place on the page that it points to.
func At(path, id string) string { return path + "#" + id }

// After returns the address of the next part of a list, "" if there is none.
func After(path, cursor string) string {
	if cursor == "" {
		return ""
	}
	return path + "?" + url.Values{"after": {cursor}}.Encode()
}

// Path returns the address of the noun that a run of text names, and "" for a kind of run that has no page of its own:
// records and citations, which stand on the page itself, and places.
func Path(kind edition.RunKind, ref string) string {
	if ref == "" {
		return ""
	}
	switch kind {
	case edition.RunSource:
		return SourcePath(ref)
	case edition.RunParty:
		return PartyPath(ref)
	case edition.RunOutlet:
		return OutletPath(ref)
	case edition.RunArticle:
		return ArticlePath(ref)
	case edition.RunEvent:
		return EventPath(ref)
	case edition.RunClaim:
		return ClaimPath(ref)
	case edition.RunFact:
		return FactPath(ref)
	}
	return ""
}

// longQuote is the number of code points from which a text fragment names the first and last words of a passage, as the
// specification advises, and not all of it.
const longQuote = 300

// TextFragment returns the address of an article at its outlet with a text fragment (WICG, "URL Fragment Text
// Directives") that makes a browser scroll to the segments of a passage and mark them. It is "" unless the address is an
// absolute one of http or https. A fragment that the address has already is kept.
func TextFragment(address string, segments []string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	var directives []string
	for _, segment := range segments {
		if words := strings.Fields(segment); len(words) > 0 {
			directives = append(directives, "text="+fragmentTerms(words))
		}
	}
	if len(directives) == 0 {
		return u.String()
	}
	id := u.EscapedFragment()
	u.Fragment, u.RawFragment = "", ""
	return u.String() + "#" + id + ":~:" + strings.Join(directives, "&")
}

// fragmentTerms returns the words as one term, or where they are too long as the first and last five of them.
func fragmentTerms(words []string) string {
	const ends = 5
	whole := strings.Join(words, " ")
	if len([]rune(whole)) < longQuote || len(words) <= 2*ends {
		return fragmentTerm(whole)
	}
	return fragmentTerm(strings.Join(words[:ends], " ")) + "," + fragmentTerm(strings.Join(words[len(words)-ends:], " "))
}

// fragmentTerm escapes a term: percent-encoding, and of the characters that the directive itself uses the hyphen too.
func fragmentTerm(s string) string {
	return strings.NewReplacer("+", "%20", "-", "%2D").Replace(url.QueryEscape(s))
}
