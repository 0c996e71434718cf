package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// KindComplaint is the kind under which complaints stand in the log, each under its number.
const KindComplaint narrative.Kind = "complaint"

// An Outcome is what came of a complaint.
type Outcome string

// The outcomes; "" is open.
const (
	OutcomeCorrection Outcome = "correction" // an edition corrects what it was about
	OutcomeNote       Outcome = "note"       // a note was added
	OutcomeNone       Outcome = "none"       // nothing was changed, for a reason
)

// A Complaint is what a reader has objected to. Sender, Words and Answer are private: they stand in no log, no export and no
// edition.
type Complaint struct {
	ID         int64
	Version    int
	ReceivedAt time.Time
	About      string         // an address of this site without its host, as in /facts/bridge-open
	Fact       narrative.Slug // "" for none
	Question   string         // the fact's, in plain words
	ByForm     bool           // it came by the form on readers' pages, and was not entered by an editor
	Sender     string
	Words      string
	Answer     string
	Outcome    Outcome
	Edition    int // of the fact, that made the correction; 0 for none
	Reason     string
	SettledAt  time.Time // zero while it is open
	ErasedAt   time.Time // when what is private of it was taken away; else zero
}

// A StaleComplaint is the error of a save that started from a version which is not the latest any more. Nothing was saved.
type StaleComplaint struct{ Now Complaint }

// Error says which complaint has changed.
func (e *StaleComplaint) Error() string {
	return fmt.Sprintf("complaint %d has changed since, to version %d", e.Now.ID, e.Now.Version)
}

const complaintColumns = `id, version, received_at, about, coalesce(fact, '') AS fact,
	coalesce((SELECT f.question FROM facts f WHERE f.slug = complaints.fact), '') AS question, origin = 'form' AS by_form, sender, words, answer, outcome,
	coalesce(edition, 0) AS edition, reason, coalesce(settled_at, '0001-01-01Z') AS settled_at,
	coalesce(erased_at, '0001-01-01Z') AS erased_at`

// A ComplaintsPage is a page of the list of complaints.
type ComplaintsPage struct {
	Complaints []Complaint // the latest first, at most 50
	More       int64       // the complaint before which the next page begins, 0 at the end
}

// Complaints returns complaints by their numbers, the latest first, those that are open or all; before is
// [ComplaintsPage.More] of the page before, or 0.
func (s *Store) Complaints(ctx context.Context, open bool, before int64) (p ComplaintsPage, err error) {
	defer wrap(&err, "Complaints(%t, %d)", open, before)

	rows, _ := s.desk.Query(ctx, `
		SELECT `+complaintColumns+`
		FROM complaints
		WHERE (NOT $1 OR outcome = '') AND ($2 = 0 OR id < $2)
		ORDER BY id DESC
		LIMIT $3`, open, before, logPage+1)
	if p.Complaints, err = pgx.CollectRows(rows, pgx.RowToStructByName[Complaint]); len(p.Complaints) > logPage {
		p.Complaints = p.Complaints[:logPage]
		p.More = p.Complaints[logPage-1].ID
	}
	if err != nil {
		return ComplaintsPage{}, err
	}
	return p, s.tellComplaints(ctx, p.Complaints)
}

// tellComplaints puts plain words in the place of the questions of facts.
func (s *Store) tellComplaints(ctx context.Context, list []Complaint) error {
	told := make([]telling, len(list))
	for i := range list {
		told[i] = telling{NounKey{narrative.KindFact, string(list[i].Fact)}, &list[i].Question, nil}
	}
	return s.tell(ctx, told)
}

// tellComplaint does so for one complaint, or for that of a [*StaleComplaint]. It returns the error that it was given, if that is
// one.
func (s *Store) tellComplaint(ctx context.Context, c *Complaint, err error) error {
	if stale, ok := errors.AsType[*StaleComplaint](err); ok {
		c = &stale.Now
	}
	if c.Fact == "" {
		return err
	}
	list := []Complaint{*c}
	if failed := s.tellComplaints(ctx, list); failed != nil {
		return failed
	}
	*c = list[0]
	return err
}

// Complaint returns a complaint. The error is [ErrNotFound].
func (s *Store) Complaint(ctx context.Context, id int64) (c Complaint, err error) {
	defer wrap(&err, "Complaint(%d)", id)
	c, err = loadComplaint(ctx, s.desk, id, "")
	return c, s.tellComplaint(ctx, &c, err)
}

func loadComplaint(ctx context.Context, q querier, id int64, suffix string) (Complaint, error) {
	rows, _ := q.Query(ctx, `SELECT `+complaintColumns+` FROM complaints WHERE id = $1 `+suffix, id)
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Complaint])
}

// SaveComplaint enters a complaint, whose ID and Version are 0, or changes one, if its version is still the latest. The log
// says who did so and when, and nothing of what. One whose private part was erased keeps its outcome as it is. The errors are
// [*StaleComplaint], [*Unsound] with the fields' names in small letters as paths, and [ErrNotFound].
func (s *Store) SaveComplaint(ctx context.Context, c Complaint, actor string) (saved Complaint, err error) {
	defer wrap(&err, "SaveComplaint(%d)", c.ID)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		if c.ID != 0 {
			if err := seenComplaint(ctx, tx, c.ID, c.Version); err != nil {
				return err
			}
		}
		if err := checkComplaint(ctx, tx, c); err != nil {
			return err
		}
		args := []any{c.ReceivedAt, c.About, c.Fact, c.Sender, c.Words, c.Answer, c.Outcome, c.Edition, c.Reason}
		sql := `
			INSERT INTO complaints (received_at, about, fact, sender, words, answer, outcome, edition, reason, settled_at)
			VALUES ($1, $2, nullif($3, ''), $4, $5, $6, $7, nullif($8, 0), $9, CASE WHEN $7 <> '' THEN now() END)
			RETURNING id`
		action := "create"
		if c.ID != 0 {
			action = "change"
			args = append(args, c.ID)
			sql = `
				UPDATE complaints
				SET received_at = $1, about = $2, fact = nullif($3, ''), sender = $4, words = $5, answer = $6, outcome = $7,
					edition = nullif($8, 0), reason = $9, settled_at = CASE WHEN $7 <> '' THEN coalesce(settled_at, now()) END
				WHERE id = $10
				RETURNING id`
		}
		var id int64
		if err := tx.QueryRow(ctx, sql, args...).Scan(&id); err != nil {
			return err
		}
		if err := auditComplaint(ctx, tx, actor, action, id); err != nil {
			return err
		}
		saved, err = loadComplaint(ctx, tx, id, "")
		return err
	})
	err = s.tellComplaint(ctx, &saved, err)
	return saved, unsound(err, NounKey{KindComplaint, strconv.FormatInt(c.ID, 10)})
}

func auditComplaint(ctx context.Context, tx pgx.Tx, actor, action string, id int64) error {
	return audit(ctx, tx, actor, action, Change{NounKey: NounKey{KindComplaint, strconv.FormatInt(id, 10)}}, "")
}

// seenComplaint locks a complaint, if its version is the one that an editor saw and its private part is there.
func seenComplaint(ctx context.Context, tx pgx.Tx, id int64, version int) error {
	now, err := loadComplaint(ctx, tx, id, "FOR UPDATE")
	switch {
	case err != nil:
		return err
	case now.Version != version:
		return &StaleComplaint{now}
	case !now.ErasedAt.IsZero():
		return complaintProblem("words", "have been erased; what came of the complaint stays as it is")
	}
	return nil
}

func complaintProblem(path, message string) error {
	return &Unsound{[]narrative.Problem{{Kind: KindComplaint, Path: path, Message: message}}}
}

// The longest texts of a complaint, in code points.
const (
	longestSender = 300
	longestWords  = 10_000
)

// checkComplaint says what is wrong with a complaint, field by field.
func checkComplaint(ctx context.Context, tx pgx.Tx, c Complaint) error {
	var problems []narrative.Problem
	add := func(path, format string, args ...any) {
		problems = append(problems, narrative.Problem{Kind: KindComplaint, Path: path, Message: fmt.Sprintf(format, args...)})
	}
	for _, f := range []struct {
		path, text string
		bound      int
	}{{"sender", c.Sender, longestSender}, {"words", c.Words, longestWords}, {"answer", c.Answer, longestWords}, {"reason", c.Reason, longestSender}} {
		switch n := utf8.RuneCountInString(f.text); {
		case !utf8.ValidString(f.text) || strings.Contains(f.text, "\x00"):
			add(f.path, "holds bytes that are no text; remove them")
		case n > f.bound:
			add(f.path, "%d characters long; expected at most %d", n, f.bound)
		}
	}
	if !isOurAddress(c.About) {
		add("about", "%q is no address of this site; expected one such as /facts/bridge-open or /claims/7K3-M9QX", c.About)
	}
	if c.Words == "" {
		add("words", "missing; expected what the reader wrote")
	}
	if c.ReceivedAt.IsZero() {
		add("received", "missing; expected the moment at which it came")
	}
	switch c.Outcome {
	case "":
	case OutcomeCorrection:
		if c.Fact == "" || c.Edition < 1 {
			add("edition", "missing; the outcome correction needs the fact and the number of the edition that made it")
		}
	case OutcomeNote, OutcomeNone:
		if c.Reason == "" {
			add("reason", "missing; the outcome %s needs a reason", c.Outcome)
		}
	default:
		add("outcome", "%q is unknown; expected one of correction, note, none", string(c.Outcome))
	}
	if c.Outcome != OutcomeCorrection && c.Edition != 0 {
		add("edition", "not expected without the outcome correction")
	}
	if len(problems) == 0 {
		var fact, edition bool
		if err := tx.QueryRow(ctx, `
			SELECT EXISTS (SELECT FROM facts WHERE slug = $1),
				EXISTS (SELECT FROM editions e JOIN facts f ON f.id = e.fact WHERE f.slug = $1 AND e.number = $2)`,
			c.Fact, c.Edition).Scan(&fact, &edition); err != nil {
			return err
		}
		switch {
		case c.Fact != "" && !fact:
			add("fact", "%q is no fact", c.Fact)
		case c.Edition != 0 && !edition:
			add("edition", "%s has no edition %d", c.Fact, c.Edition)
		}
	}
	if len(problems) > 0 {
		return &Unsound{problems}
	}
	return nil
}

// isOurAddress reports whether a text is a path of this site.
func isOurAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= 500 && strings.HasPrefix(s, "/") && u.Host == "" && !strings.HasPrefix(s, "/desk") &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return r == '\\' || unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError
		})
}

// EraseComplaint takes away who has sent a settled complaint, what was written and what was answered. When it came, what it
// was about and its outcome stay. The errors are [*StaleComplaint], [*Unsound] for one that is open, and [ErrNotFound].
func (s *Store) EraseComplaint(ctx context.Context, id int64, version int, actor string) (err error) {
	defer wrap(&err, "EraseComplaint(%d)", id)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		if err := seenComplaint(ctx, tx, id, version); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			UPDATE complaints
			SET sender = '', words = '', answer = '', erased_at = now()
			WHERE id = $1 AND settled_at IS NOT NULL`, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return complaintProblem("outcome", "missing; a complaint is settled before it is erased")
		}
		return auditComplaint(ctx, tx, actor, "erase", id)
	})
	return s.tellComplaint(ctx, new(Complaint), err)
}
