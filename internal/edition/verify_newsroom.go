package edition

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/gowebpki/jcs"
)

// A NewsroomEntry is an edition for the newsroom as it is kept. These stand in no log, so that what is known of one stands beside
// its body.
type NewsroomEntry struct {
	Fact     string   // slug of today
	Names    []string // that the fact ever had, that of today included
	Number   int
	At       time.Time // when it was made
	Note     string
	Hash     Hash   // of the body as it was made
	Body     []byte // as it is now
	Withheld bool   // something was taken out of it since
}

// A NewsroomReport says what [VerifyNewsroom] found in order.
type NewsroomReport struct {
	Editions int
	Withheld int // of which something was taken out, so that their hashes cannot be computed any more
}

// VerifyNewsroom goes through editions for the newsroom, fact by fact and each fact's in their order, and recomputes everything:
// that they are numbered from 1 without gaps, each later than the one before, that each body is canonical, has the hash that was
// kept and says the same of itself, and that one of which something was taken out says so, at a moment at which something was
// taken down or erased; record has these, as RFC 3339 in UTC to the second. That the last one of a fact is missing cannot be seen.
//
// The error is a [*Fault], without a place in the log, for the first that is not right; any other error is one of entries.
func VerifyNewsroom(entries iter.Seq2[NewsroomEntry, error], record map[string]bool) (NewsroomReport, error) {
	var r NewsroomReport
	var before NewsroomEntry
	for e, err := range entries {
		if err != nil {
			return r, err
		}
		if e.Fact != before.Fact {
			before = NewsroomEntry{}
		}
		if problem := e.problem(before, record); problem != "" {
			return r, &Fault{LogIndex: inNoLog, Fact: e.Fact, Number: e.Number, Problem: problem}
		}
		r.Editions++
		if e.Withheld {
			r.Withheld++
		}
		before = e
	}
	return r, nil
}

// problem says what is wrong with an entry after the one before it, "" for nothing.
func (e NewsroomEntry) problem(before NewsroomEntry, record map[string]bool) string {
	switch {
	case e.Number != before.Number+1:
		return fmt.Sprintf("the edition before it is %d", before.Number)
	case !e.At.After(before.At):
		return fmt.Sprintf("made at %s, not after the edition before it", timeText(e.At))
	case e.Withheld:
		return e.problemWithheld(record)
	}
	if hash := HashOf(e.Body); hash != e.Hash {
		return fmt.Sprintf("the body's hash is %s, and was %s when it was made", hash, e.Hash)
	}
	b, err := ReadNewsroom(e.Body)
	switch {
	case err != nil:
		return "the body cannot be read: " + err.Error()
	case b.Salt == "":
		return "the body is what an erasure has left, and nothing says that there was one"
	}
	if canonical, err := jcs.Transform(e.Body); err != nil || string(canonical) != string(e.Body) {
		return "the body is not in canonical form"
	}
	return e.said(b)
}

// problemWithheld says what is wrong with what is left of an entry, "" for nothing.
func (e NewsroomEntry) problemWithheld(record map[string]bool) string {
	left, redactions, err := readRedacted(e.Body)
	if err != nil {
		return "what is left of the body cannot be read: " + err.Error()
	}
	for _, r := range redactions {
		if !record[r.On] {
			return fmt.Sprintf("something was taken out of it at %s, and nothing was taken down or erased then", r.On)
		}
	}
	if left == nil {
		return ""
	}
	return e.said(*left)
}

// said says where a body says another thing of itself than what stands beside it, "" if it does not.
func (e NewsroomEntry) said(b Body) string {
	if !slices.Contains(e.Names, b.Fact) || b.Number != e.Number || b.PublishedAt != timeText(e.At) || b.Audience != Newsroom || b.Reason != e.Note {
		return fmt.Sprintf("the body says edition %d of %s at %s for %q with the note %q, and beside it stands edition %d of %s at %s with the note %q",
			b.Number, b.Fact, b.PublishedAt, b.Audience, b.Reason, e.Number, e.Fact, timeText(e.At), e.Note)
	}
	return ""
}
