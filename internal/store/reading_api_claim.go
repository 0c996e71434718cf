package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A ClaimFilter narrows a list of claims to those that hang on each of the nouns given by slug. Of a source these are
// also those that report its views.
type ClaimFilter struct{ Source, Outlet, Party, Article, Fact string }

func (f ClaimFilter) filters() []filter {
	var list []filter
	for _, x := range []filter{
		{narrative.KindArticle, f.Article, "%[1]s.article = $%[2]d"},
		{narrative.KindFact, f.Fact, "%[1]s.fact = $%[2]d"},
		{narrative.KindOutlet, f.Outlet, "%[1]s.outlet = $%[2]d"},
		{narrative.KindParty, f.Party, "%[1]s.party = $%[2]d"},
		{narrative.KindSource, f.Source, "$%[2]d IN (%[1]s.source, %[1]s.attributed_to)"},
	} {
		if x.slug != "" {
			list = append(list, x)
		}
	}
	return list
}

// A ClaimList is a part of the list of claims. Each has a row for each fact, the latest entry of the log first.
type ClaimList struct {
	Claims [][]edition.ClaimRow
	More   string // cursor of the next part, "" at the end
}

// latestOnly leaves of the rows p of a claim the one of the latest edition, among those for which the filters hold too:
// one a claim, found without looking at all claims. $%[1]d onwards are the filters' arguments.
func latestOnly(filters []filter, from int) string {
	return where(filters, "p", from) + `
				AND NOT EXISTS (
					SELECT FROM published_claims q
					WHERE q.code = p.code AND q.log_index > p.log_index` + where(filters, "q", from) + `)`
}

// said is the day by which claims are listed, as the index has it.
const said = `coalesce(p.said_earliest, '-infinity'::date)`

// Claims returns claims, newest said first, undated last. The error is [*FilterError].
func (s *Store) Claims(ctx context.Context, f ClaimFilter, cursor string, limit int) (list ClaimList, err error) {
	defer wrap(&err, "Claims(%q, %q)", f, cursor)

	limit = clamp(limit)
	day, code, err := mark(cursor, true)
	if err != nil {
		return list, err
	}
	filters := f.filters()
	type claim struct {
		Rows []edition.ClaimRow `json:"rows"`
		Said string             `json:"said"`
	}
	found, err := narrowed[claim](ctx, s, filters, `
		WITH page AS (
			SELECT p.code, `+said+` AS said
			FROM published_claims p
			WHERE (`+said+`, p.code) < ($1::date, $2)`+latestOnly(filters, 4)+`
			ORDER BY `+said+` DESC, p.code DESC
			LIMIT $3)
		SELECT json_agg(x ORDER BY x.said DESC, x.code DESC)
		FROM (
			SELECT page.code, `+saidText+` AS said, (
				SELECT json_agg(c.row ORDER BY c.log_index DESC, c.fact) FROM published_claims c WHERE c.code = page.code) AS rows
			FROM page) AS x`, from(day, code), code, limit+1)
	for i, c := range found {
		if i == limit {
			last := found[i-1]
			list.More = last.Said + "~" + last.Rows[0].Claim.Code
			break
		}
		list.Claims = append(list.Claims, c.Rows)
	}
	return list, err
}

// saidText is the same day of a row of page as a cursor has it.
const saidText = `CASE WHEN isfinite(page.said) THEN page.said::text ELSE '' END`

// from is the day at which a part of a list by days begins, as Postgres writes it.
func from(day, name string) string {
	switch {
	case name == "":
		return "infinity"
	case day == "":
		return "-infinity"
	}
	return day
}

// A ListedFigure is a figure with the claim that gives it, as the latest edition with that claim has them.
type ListedFigure struct {
	Figure edition.Figure    `json:"figure"`
	Number int               `json:"number"` // among the claim's figures, from 1
	Row    edition.ClaimRow  `json:"row"`
	Facts  []edition.NounRow `json:"facts"` // on which the claim bears, by slug
}

// A FigureList is a part of the list of the figures of published claims.
type FigureList struct {
	Figures []ListedFigure
	More    string // cursor of the next part, "" at the end
}

// Figures returns figures, those of the newest claims first, of all facts or of one. The error is [*FilterError].
func (s *Store) Figures(ctx context.Context, fact, cursor string, limit int) (list FigureList, err error) {
	defer wrap(&err, "Figures(%q, %q)", fact, cursor)

	limit = clamp(limit)
	day, code, number, err := figureMark(cursor)
	if err != nil {
		return list, err
	}
	filters := ClaimFilter{Fact: fact}.filters()
	// Each claim has a figure, so that limit claims are enough, and the one in which the last part ended.
	type figure struct {
		ListedFigure
		Said string `json:"said"`
	}
	found, err := narrowed[figure](ctx, s, filters, `
		WITH page AS (
			SELECT p.code, `+said+` AS said, p.row
			FROM published_claims p
			WHERE p.row #> '{claim,figures}' <> '[]' AND (`+said+`, p.code) <= ($1::date, $2)`+latestOnly(filters, 5)+`
			ORDER BY `+said+` DESC, p.code DESC
			LIMIT $4 + 1)
		SELECT json_agg(x ORDER BY x.said DESC, x.code DESC, x.number)
		FROM (
			SELECT f.value AS figure, f.ordinal AS number, page.row, page.code, `+saidText+` AS said, (
				SELECT json_agg(json_build_object('slug', c.fact, 'title', c.row ->> 'title', 'fiction', (c.row ->> 'fiction')::boolean) ORDER BY c.fact)
				FROM published_claims c
				WHERE c.code = page.code) AS facts
			FROM page
			CROSS JOIN LATERAL elements(page.row #> '{claim,figures}') AS f
			WHERE (page.said, page.code) < ($1::date, $2) OR f.ordinal > $3
			ORDER BY page.said DESC, page.code DESC, f.ordinal
			LIMIT $4) AS x`, from(day, code), code, number, limit+1)
	for i, f := range found {
		if i == limit {
			last := found[i-1]
			list.More = last.Said + "~" + last.Row.Claim.Code + "~" + strconv.Itoa(last.Number)
			break
		}
		list.Figures = append(list.Figures, f.ListedFigure)
	}
	return list, err
}

// figureMark takes the cursor of a list of figures apart: the day and code of a claim, and the number of its figure.
func figureMark(cursor string) (day, code string, number int, err error) {
	if cursor == "" {
		return "", "", 0, nil
	}
	claim, written, found := cutLast(cursor)
	number, err = strconv.Atoi(written)
	if !found || err != nil || number < 1 || number > 1<<20 || claim == "" {
		return "", "", 0, &FilterError{"after", fmt.Errorf("%w: page %q", ErrNotFound, cursor)}
	}
	day, code, err = mark(claim, true)
	return day, code, number, err
}

// cutLast cuts a text at its last "~".
func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, '~')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
