package web

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// newEntries makes a list of claims. The rows of one claim, one for each fact that it bears on, stand together; the words
// are those of the latest of them. Where all of the page is invented, the page says so and no entry does.
func newEntries(rows []edition.ClaimRow, all bool) []ui.Entry {
	var entries []ui.Entry
	for claim := range byClaim(rows) {
		entry := newEntry(claim)
		if !all {
			entry.Also = strings.Join(without("", someInvented(claim), entry.Also), " ")
		}
		entries = append(entries, entry)
	}
	return entries
}

// byClaim parts a list of claims into the rows of each.
func byClaim(rows []edition.ClaimRow) iter.Seq[[]edition.ClaimRow] {
	return func(yield func([]edition.ClaimRow) bool) {
		for len(rows) > 0 {
			n := slices.IndexFunc(rows, func(r edition.ClaimRow) bool { return r.Claim.Code != rows[0].Claim.Code })
			if n < 0 {
				n = len(rows)
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

func newEntry(rows []edition.ClaimRow) ui.Entry {
	latest := latestRow(rows)
	var l linker
	e := ui.Entry{Card: l.newCard(latest.Claim, latest.Article, latest.InTheArticle, latest.Original), Also: olderStates(rows)}
	e.Card.ID = latest.Claim.Code
	e.Card.Answers = nil // of one fact among several; the claim's page has all
	for _, r := range rows {
		e.Stands = append(e.Stands, newStand(r))
	}
	return e
}

// latestRow returns the row of the latest entry of the log.
func latestRow(rows []edition.ClaimRow) edition.ClaimRow {
	return slices.MaxFunc(rows, func(a, b edition.ClaimRow) int { return int(a.LogIndex - b.LogIndex) })
}

// newStand makes what a claim does on one fact, an answer for each of its questions.
func newStand(r edition.ClaimRow) ui.Stand {
	var l linker
	stand := ui.Stand{Question: ui.Link{Text: r.Title, Href: ui.At(ui.FactPath(r.Fact), r.Claim.Code)}}
	for _, s := range r.Stands {
		answer := ui.StandAnswer{Letter: s.Letter, Colour: s.Colour, Label: l.prose(s.Label), Mode: said(modeWords, s.Mode)}
		if s.Aspect != "" {
			answer.Aspect = l.prose(s.AspectQuestion)
		}
		stand.Answers = append(stand.Answers, answer)
	}
	return stand
}

// olderStates says on which facts a claim still stands as an older edition has it.
func olderStates(rows []edition.ClaimRow) string {
	latest := latestRow(rows)
	var older []string
	for _, r := range rows {
		if !sameClaim(r.Claim, latest.Claim) {
			older = append(older, "“"+r.Title+"” (edition "+strconv.Itoa(r.Number)+")")
		}
	}
	if len(older) == 0 {
		return ""
	}
	return "Stands in an older state on " + strings.Join(older, ", ") + "."
}

// sameClaim reports whether two editions tell the same of a claim, whatever it does on their facts.
func sameClaim(a, b edition.Claim) bool {
	return slices.Equal(a.Segments, b.Segments) && a.Source == b.Source && a.AttributedTo == b.AttributedTo &&
		a.Named == b.Named && a.Office == b.Office && a.Voice == b.Voice && a.Basis == b.Basis &&
		a.Uttered == b.Uttered && a.Issued == b.Issued && slices.Equal(a.Chain, b.Chain)
}
