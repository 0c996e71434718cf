package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A RequestRow is a request for comment in a list.
type RequestRow struct {
	Fact     narrative.Slug
	Question string // the fact's, in plain words
	Invented bool   `db:"-"` // the fact was, for practice
	Ordinal  int    // from 1, in the fact's list
	To       narrative.Slug
	Name     string // the source's
	Asked    narrative.Minute
	Deadline narrative.Minute
	State    narrative.RequestState
	Settled  narrative.Minute
	Overdue  bool // open, with a deadline that is over
}

// A RequestsPage is a page of the list of requests for comment.
type RequestsPage struct {
	Requests []RequestRow
	More     string // cursor of the next page, "" at the end
}

const requestColumns = `q.fact, f.question, q.ordinal, q.source, s.name, q.asked, q.deadline, q.state, q.settled,
	q.state = 'open' AND coalesce(q.due_at < now(), false) AS overdue`

// Requests returns requests for comment by fact, in the order in which each fact has them: those that are open, or all. The
// error is [ErrNotFound] for a cursor of no sense.
func (s *Store) Requests(ctx context.Context, open bool, cursor string) (p RequestsPage, err error) {
	defer wrap(&err, "Requests(%t, %q)", open, cursor)

	fact, ordinal := "", 0
	if cursor != "" {
		name, number, _ := strings.Cut(cursor, "~")
		if _, err := fmt.Sscanf(number, "%d", &ordinal); err != nil || ordinal < 0 || ordinal > 10_000 || !narrative.Slug(name).Valid() {
			return RequestsPage{}, fmt.Errorf("%w: page %q", ErrNotFound, cursor)
		}
		fact = name
	}
	rows, _ := s.desk.Query(ctx, `
		SELECT `+requestColumns+`
		FROM requests q
		JOIN facts f ON f.slug = q.fact
		JOIN sources s ON s.slug = q.source
		WHERE (NOT $1 OR q.state = 'open') AND (q.fact, q.ordinal) > ($2, $3)
		ORDER BY q.fact, q.ordinal
		LIMIT $4`, open, fact, ordinal, pageSize+1)
	if p.Requests, err = pgx.CollectRows(rows, pgx.RowToStructByPos[RequestRow]); len(p.Requests) > pageSize {
		p.Requests = p.Requests[:pageSize]
		last := p.Requests[pageSize-1]
		p.More = fmt.Sprintf("%s~%d", last.Fact, last.Ordinal)
	}
	if err != nil {
		return RequestsPage{}, err
	}
	told := make([]telling, len(p.Requests))
	for i := range p.Requests {
		r := &p.Requests[i]
		told[i] = telling{NounKey{narrative.KindFact, string(r.Fact)}, &r.Question, &r.Invented}
	}
	return p, s.tell(ctx, told)
}
