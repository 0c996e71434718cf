package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Report is what a reader tells the editors by the form on readers' pages. It becomes an open complaint.
type Report struct {
	About  string // an address of this site without its host, as in /facts/bridge-open
	Words  string // what is wrong or missing
	Better string // where a better source is; "" for none
	Sender string // name or address for an answer; "" for none
}

// The longest texts of a report, in code points.
const (
	LongestReport = 4000 // what is wrong
	LongestBetter = 1000 // where a better source is
)

// betterSource stands in a complaint between what is wrong and where a better source is: an editor reads them as one text.
const betterSource = "\n\nA better source, as the reader names it:\n"

// What readers may report: from one network, and all of them together. Whoever goes through a long page finds more than one
// mistake in it; nobody finds five an hour for long.
var (
	limitReports      = limit{5, time.Hour}
	limitHouseReports = limit{200, 24 * time.Hour}
)

// sameReport is how long the same words about the same page from the same network are the same report.
const sameReport = 24 * time.Hour

// Report keeps what a reader tells as an open complaint, received now, and returns its number. It stands in no audit log, since
// a log that nobody can shorten is no place for what strangers write. The same words from the same network within a day are
// one complaint, whose number is returned again. The errors are [*Unsound] with the paths about, words, better and sender, and
// [*Throttled].
func (s *Store) Report(ctx context.Context, r Report, from netip.Addr) (id int64, err error) {
	defer wrap(&err, "Report()")

	if err := checkReport(r); err != nil {
		return 0, err
	}
	words := r.Words
	if r.Better != "" {
		words += betterSource + r.Better
	}
	by := network(from)
	err = s.begin(ctx, func(tx pgx.Tx) error {
		// One after the other for one network, so that a button pressed twice sends one report.
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '5s'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('counterclaim.reports'), hashtext($1))`, hex.EncodeToString(throttleKey("reports", by))); err != nil {
			return err
		}
		if id, err = reportedBefore(ctx, tx, r.About, words, by); err != nil || id != 0 {
			return err
		}
		if err := throttleIn(ctx, tx, limitReports.of("reports", by), limitHouseReports.ofHouse("reports")); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `
			INSERT INTO complaints (origin, received_at, about, fact, sender, words)
			VALUES ('form', now(), $1, (SELECT slug FROM facts WHERE slug = $2), $3, $4)
			RETURNING id`, r.About, factOf(r.About), r.Sender, words).Scan(&id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO throttles (key, free_at)
			VALUES ($1, now() + $2::interval)
			ON CONFLICT (key) DO UPDATE SET free_at = excluded.free_at`, reportKey(id, by), sameReport)
		return err
	})
	return id, unsound(err, NounKey{KindComplaint, ""})
}

// reportKey is the hash under which it is known, for a day, from which network a complaint came.
func reportKey(id int64, by string) []byte { return throttleKey("reported", fmt.Sprint(id), by) }

// reportedBefore returns the complaint in which a network has told the same within a day, 0 for none.
func reportedBefore(ctx context.Context, tx pgx.Tx, about, words, by string) (int64, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id
		FROM complaints
		WHERE origin = 'form' AND received_at > now() - $1::interval AND about = $2 AND words = $3
		ORDER BY id
		LIMIT $4`, sameReport, about, words, limitHouseReports.tries)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	keys := make([][]byte, len(ids))
	for i, id := range ids {
		keys[i] = reportKey(id, by)
	}
	var id int64
	err = tx.QueryRow(ctx, `
		SELECT coalesce(min(x.id), 0)
		FROM unnest($1::bigint[], $2::bytea[]) AS x (id, key)
		JOIN throttles t USING (key)
		WHERE t.free_at > now()`, ids, keys).Scan(&id)
	return id, err
}

// factOf returns the slug of the fact whose page, or whose edition's, an address is; "" for another page.
func factOf(about string) string {
	rest, ok := strings.CutPrefix(about, "/facts/")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/.?#"); end >= 0 {
		rest = rest[:end]
	}
	if !narrative.Slug(rest).Valid() {
		return ""
	}
	return rest
}

// checkReport says what is wrong with a report, field by field.
func checkReport(r Report) error {
	var problems []narrative.Problem
	add := func(path, format string, args ...any) {
		problems = append(problems, narrative.Problem{Kind: KindComplaint, Path: path, Message: fmt.Sprintf(format, args...)})
	}
	if !isOurAddress(r.About) {
		add("about", "is no address of a page of this site; expected one such as /facts/bridge-open, or nothing")
	}
	if r.Words == "" {
		add("words", "missing; expected what is wrong or missing")
	}
	for _, f := range []struct {
		path, text string
		bound      int
	}{{"words", r.Words, LongestReport}, {"better", r.Better, LongestBetter}, {"sender", r.Sender, longestSender}} {
		switch n := utf8.RuneCountInString(f.text); {
		case !utf8.ValidString(f.text) || strings.Contains(f.text, "\x00"):
			add(f.path, "holds bytes that are no text; remove them")
		case n > f.bound:
			add(f.path, "%d characters long; expected at most %d", n, f.bound)
		}
	}
	if len(problems) > 0 {
		return &Unsound{problems}
	}
	return nil
}
