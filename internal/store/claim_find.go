package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A ClaimQuery asks for claims that somebody may mean who types a text.
type ClaimQuery struct {
	// Text is a code or its beginning, in whatever case, with o for 0 and i or l for 1; or words of the passage, words of the
	// source's name, or the one and then the other. "" finds those of the fact or article that were tagged last.
	Text    string
	Fact    narrative.Slug // claims with a stance on it come first; "" for no such preference
	Article narrative.Slug // only claims of this article; "" for all
	But     narrative.Code // the claim that asks, which is not found; "" for none
}

// A FoundClaim is a claim that a picker offers.
type FoundClaim struct {
	Code     narrative.Code
	Source   string         // its name
	Outlet   string         // its name
	Said     narrative.Date // see [narrative.Claim.Said]; zero if that is not known
	Words    string         // the first 120 characters, segments parted by an ellipsis
	Language string         // of the article
}

// mostTerms is how many words of a query are looked for.
const mostTerms = 6

// FindClaims returns the claims that a query may mean, the likeliest first, at most 20, in one query: the one that has the
// code, those of the fact, then by code that begins so and by day, the latest first.
func (s *Store) FindClaims(ctx context.Context, q ClaimQuery) (_ []FoundClaim, err error) {
	defer wrap(&err, "FindClaims(%q)", q.Text)

	// Of each way to find some no more are read than are offered, so that the answer takes as long when there are many claims.
	args := []any{string(q.Fact), string(q.Article), string(q.But), mostFound, codePrefix(q.Text)}
	ways := []string{`
			SELECT code, 0 AS way FROM claims c
			WHERE $5 <> '' AND code ~>=~ $5 AND code ~<~ ($5 || '~')` + claimsAsked + `
			ORDER BY code
			LIMIT $4`}
	way := func(where, order string) {
		ways = append(ways, `
			SELECT c.code, 1
			FROM claims c
			JOIN sources s ON s.slug = c.source
			WHERE `+where+claimsAsked+`
			`+order+`
			LIMIT $4`)
	}
	var conditions []string
	if q.Fact != "" || q.Article != "" || isIndexed(q.Text) {
		conditions = claimMatches(q.Text, &args)
	}
	for _, matches := range conditions {
		if q.Fact != "" {
			way(`c.code IN (SELECT claim FROM stances WHERE fact = $1) AND `+matches, "")
		}
		if q.Article != "" {
			way(`c.article = $2 AND `+matches, "ORDER BY c.ordinal DESC")
		} else if isIndexed(q.Text) {
			way(matches, "")
		}
	}
	rows, _ := s.desk.Query(ctx, `
		SELECT c.code, src.name, o.name, `+saidDoc+` AS said,
			left(passage_text(c.words), 121) AS words, a.language
		FROM (SELECT code, min(way) AS way FROM ((`+strings.Join(ways, `) UNION ALL (`)+`)) AS ways GROUP BY code) AS found
		JOIN claims c USING (code)
		JOIN articles a ON a.slug = c.article
		JOIN outlets o ON o.slug = a.outlet
		JOIN sources src ON src.slug = c.source
		ORDER BY c.code = $5 DESC, $1 <> '' AND EXISTS (SELECT FROM stances s WHERE s.claim = c.code AND s.fact = $1) DESC, found.way,
			`+saidFirst+` DESC NULLS LAST, c.code
		LIMIT $4`, args...)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (FoundClaim, error) {
		var c FoundClaim
		err := row.Scan(&c.Code, &c.Source, &c.Outlet, &c.Said, &c.Words, &c.Language)
		c.Words = shortened(c.Words, 120)
		return c, err
	})
}

// When a claim c of an article a was said, as [narrative.Claim.Said] tells it, and the first day on which that can have been.
const (
	saidDoc = `CASE
		WHEN c.uttered_earliest IS NOT NULL THEN date_doc(c.uttered_earliest, c.uttered_latest, c.uttered_precision, c.uttered_at, c.uttered_basis, c.uttered_reason)
		WHEN c.issued_earliest IS NOT NULL THEN date_doc(c.issued_earliest, c.issued_latest, c.issued_precision, c.issued_at, c.issued_basis, c.issued_reason)
		WHEN c.voice = 'outlet' THEN date_doc(a.published_earliest, a.published_latest, a.published_precision, a.published_at, a.published_basis, a.published_reason)
		ELSE '{}'
	END`
	saidFirst = `coalesce(c.uttered_earliest, c.issued_earliest, CASE c.voice WHEN 'outlet' THEN a.published_earliest END)`
)

// claimsAsked are the claims that a query may find at all.
const claimsAsked = ` AND ($2 = '' OR c.article = $2) AND c.code <> $3`

// claimMatches returns the conditions of which one holds for a claim c of a source s that a text means: all of its terms stand
// in the passage, or the first of them in the source's name and the others in the passage. It adds their arguments.
func claimMatches(text string, args *[]any) []string {
	terms := strings.Fields(text)
	terms = terms[:min(len(terms), mostTerms)]
	var inWords, inName []string
	for _, t := range terms {
		*args = append(*args, containing(t))
		n := len(*args)
		inWords = append(inWords, fmt.Sprintf(`passage_text(c.words) ILIKE $%d`, n))
		inName = append(inName, fmt.Sprintf(`s.name ILIKE $%d`, n))
	}
	var list []string
	for named := range len(terms) + 1 {
		all := append(append([]string{}, inName[:named]...), inWords[named:]...)
		list = append(list, strings.Join(append(all, "true"), " AND "))
	}
	return list
}

// isIndexed reports whether a text has a term that an index of trigrams can look for: three letters or digits in a row.
func isIndexed(text string) bool {
	row := 0
	for _, r := range text {
		if row++; !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			row = 0
		}
		if row == 3 {
			return true
		}
	}
	return false
}

// codePrefix returns what a text is the beginning of as a code, in the form in which codes are kept; "" if it is none.
func codePrefix(text string) string {
	plain := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text))
	if len(plain) < 2 || len(plain) > 7 || strings.Trim(plain, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
		return ""
	}
	if len(plain) > 3 {
		plain = plain[:3] + "-" + plain[3:]
	}
	return plain
}

// shortened returns a text, or its beginning in whole words with an ellipsis if it is longer than so many characters.
func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most])
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return cut + " …"
}
