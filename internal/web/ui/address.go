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
