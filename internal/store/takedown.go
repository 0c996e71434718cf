package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A Takedown asks for a passage, an article or a person to be taken down.
type Takedown struct {
	Kind   narrative.Kind // KindClaim, KindArticle or KindSource
	Name   string         // code or slug, of today or of the past
	Reason string         // shown to readers; not blank, and without what is taken down
	Actor  string         // for the audit log
	DryRun bool           // tell what would be done, and do nothing
}

// A TakenDown tells what a takedown has done, or would do.
type TakenDown struct {
	On         time.Time
	StandIn    narrative.Slug      // what stands in the place of a person's slug, else ""
	Editions   []RedactedEdition   // which hold the thing no more, in the order of the log
	Newsroom   []RedactedEdition   // likewise of those for the newsroom, by fact
	Withheld   []narrative.Code    // claims whose words are withheld in them
	Removed    []narrative.Code    // claims that are gone from the desk's tables
	Changed    []NounKey           // what of the desk's tables was changed besides
	Points     []NounKey           // facts that lost a point which rested on what is gone
	Unread     []NounKey           // articles that no longer count as read for a fact on which they had a claim that is gone
	Texts      int                 // captured texts that were erased
	Arrivals   []int64             // what came in, of which nothing is left but where it is from
	Alike      []int64             // what came in and has words of the passage in another article, and stays
	Originals  []NounKey           // articles whose captured texts stay without what was received
	Copies     int                 // addresses of copies in outside archives, gone
	Drafts     int                 // unsaved forms, gone
	Proposals  int                 // of contributors, open and settled, gone
	Complaints []int64             // from which something was taken out
	Logged     int                 // entries of the audit log that were blanked
	Feeds      []string            // addresses of feeds that are called by the person's name, and stay
	Addresses  []NounKey           // whose slugs have the person's in them, and stay
	Problems   []narrative.Problem // rules that the desk's tables break since: to be mended before the next import
}

// A RedactedEdition is one of which something was erased.
type RedactedEdition struct {
	Fact   string // permanent key
	Number int
}

// Errors of [Store.TakeDown] that callers may test for with [errors.Is].
var (
	// ErrTells says that a reason tells what is to be taken down.
	ErrTells = errors.New("the reason tells what is taken down")
	// ErrOutlet says that what was named is no person or body but an outlet.
	ErrOutlet = errors.New("an outlet is not taken down as a person")
)

// TakeDown takes a passage, an article or a person out of every edition, old ones too, and out of the desk's tables, in
// one transaction. Editions keep their places in the log and their records; what is left of each says when and why in the
// place of what is gone, and a record of each erasure is appended. On the desk's side the claims are removed, their codes
// and slugs staying used for ever; captured texts that have the words are erased; what the audit log and the last import
// say of it is blanked. What waits at the desk and tells the thing goes with it: what came in is emptied and put away, unsaved
// forms are deleted, complaints lose the words, each with an entry of the audit log but for the forms. Neither a publication
// nor an import nor a feed brings it back. It may be taken down again, for another reason.
//
// A claim whose words hold the passage or the name goes with it, since the words of others are never altered. What rests
// on a claim that is gone goes from the desk's tables too: counter-claims to it, points of the first screen that its party
// no longer supports, citations of it, and the word that its article was read for the fact.
//
// The errors are [ErrReason], [ErrTells], [ErrOutlet] and [ErrNotFound].
func (s *Store) TakeDown(ctx context.Context, t Takedown) (done TakenDown, err error) {
	defer wrap(&err, "TakeDown(%s %q)", t.Kind, t.Name)

	if strings.TrimSpace(t.Reason) == "" {
		return TakenDown{}, ErrReason
	}
	errDryRun := errors.New("dry run")
	err = s.longWork(ctx, func(tx pgx.Tx) error {
		log, err := openLog(ctx, tx)
		if err != nil {
			return err
		}
		w := &takingDown{log: log, asked: t, now: edition.Redaction{On: time.Now().UTC().Format(time.RFC3339), Reason: t.Reason}}
		if err := w.run(ctx); err != nil {
			return err
		}
		done = w.done
		if t.DryRun {
			return errDryRun
		}
		return raiseGeneration(ctx, tx)
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return done, err
}

// A takingDown is a takedown in its transaction.
type takingDown struct {
	log   *openedLog
	asked Takedown
	now   edition.Redaction
	names []string // that the thing ever had, the one of today first
	thing *edition.Takedown
	desk  deskTakedown
	done  TakenDown

	copies []string         // addresses in outside archives that are gone
	past   []narrative.Code // claims of the thing that were gone from the desk before
	pastIn []narrative.Slug // the articles of these
}

func (w *takingDown) run(ctx context.Context) error {
	at, err := time.Parse(time.RFC3339, w.now.On)
	if err != nil {
		return err
	}
	w.done.On = at
	if err := w.find(ctx); err != nil {
		return err
	}
	before, err := loadCollection(ctx, w.log.tx, nil)
	if err != nil {
		return err
	}
	if err := w.learn(ctx, before); err != nil {
		return err
	}
	if w.thing.Tells(w.asked.Reason) {
		return ErrTells
	}
	if err := w.enter(ctx); err != nil {
		return err
	}
	left, err := w.redactEditions(ctx)
	if err != nil {
		return err
	}
	if err := w.redactNewsroom(ctx); err != nil {
		return err
	}
	if err := w.clearDesk(ctx, before); err != nil {
		return err
	}
	if w.isNothing() {
		return fmt.Errorf("%w: %s %q", ErrNotFound, w.asked.Kind, w.asked.Name)
	}
	if err := w.project(ctx, left); err != nil {
		return err
	}
	return w.forget(ctx, before)
}

// isNothing reports whether nothing was found of the thing, here or in any edition.
func (w *takingDown) isNothing() bool {
	return len(w.done.Editions)+len(w.done.Newsroom)+len(w.past) == 0 && w.desk.isEmpty() && w.done.Texts == 0
}

// find finds all names of the thing, and for a person what stands in their place.
func (w *takingDown) find(ctx context.Context) error {
	rows, _ := w.log.tx.Query(ctx, `
		SELECT n.name
		FROM names n
		JOIN (SELECT coalesce(target, name) AS name FROM names WHERE kind = $1 AND name = $2) AS today
			ON today.name IN (n.name, n.target)
		WHERE n.kind = $1
		ORDER BY n.name <> today.name, n.name`, w.asked.Kind, w.asked.Name)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if w.names = names; len(names) == 0 {
		w.names = []string{w.asked.Name} // known from an archive, perhaps
	}
	switch w.asked.Kind {
	case narrative.KindClaim:
		w.thing = edition.TakeClaim(w.names...)
		return nil
	case narrative.KindArticle:
		w.thing = edition.TakeArticle(w.names...)
		return nil
	}
	var isOutlet bool
	var standIn *string
	err = w.log.tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM sources WHERE slug = ANY ($1) AND kind = 'outlet'), coalesce(
			(SELECT slug FROM sources WHERE slug = ANY ($1) AND EXISTS (SELECT FROM takedowns WHERE stand_in = slug)),
			(SELECT stand_in FROM takedowns WHERE kind = 'source' AND name_sha256 = ANY ($2) ORDER BY id DESC LIMIT 1))`,
		w.names, hashes(w.names)).Scan(&isOutlet, &standIn)
	switch {
	case err != nil:
		return err
	case isOutlet:
		return ErrOutlet
	}
	var random [5]byte
	_, _ = rand.Read(random[:]) // never fails, see crypto/rand
	w.done.StandIn = narrative.Slug("withheld-" + hex.EncodeToString(random[:]))
	if standIn != nil {
		w.done.StandIn = narrative.Slug(*standIn)
	}
	w.thing = edition.TakeSource(string(w.done.StandIn), w.names...)
	return nil
}

// hashes are those by which takedowns are known.
func hashes(names []string) [][]byte {
	list := make([][]byte, len(names))
	for i, name := range names {
		sum := sha256.Sum256([]byte(name))
		list[i] = sum[:]
	}
	return list
}

// learn reads how every edition and the desk word the thing.
func (w *takingDown) learn(ctx context.Context, desk narrative.Collection) error {
	w.thing.LearnDesk(desk)
	if err := w.learnPast(ctx); err != nil {
		return err
	}
	if err := w.eachBody(ctx, func(b sealedBody) error { return w.thing.Learn(b.Body) }); err != nil {
		return err
	}
	return eachNewsroomBody(ctx, w.log.tx, 0, func(b newsroomBody) error { return w.thing.Learn(b.Body) })
}

// learnPast reads from the log how claims that are gone from the desk, undone ones too, worded the thing.
func (w *takingDown) learnPast(ctx context.Context) error {
	var named []string
	for _, name := range w.names {
		named = append(named, `"Source":"`+name+`"`, `"AttributedTo":"`+name+`"`)
	}
	rows, _ := w.log.tx.Query(ctx, `
		SELECT l.key, l.before, l.after, coalesce((SELECT target FROM names x WHERE x.kind = 'article' AND x.name = n.gone_from), n.gone_from)
		FROM audit_log l
		JOIN names n ON n.kind = 'claim' AND n.name = l.key AND n.gone_from <> ''
		WHERE l.kind = 'claim' AND NOT EXISTS (SELECT FROM claims c WHERE c.code = l.key) AND CASE $1
			WHEN 'claim' THEN l.key = ANY ($2)
			WHEN 'article' THEN n.gone_from = ANY ($2)
			ELSE holds_any(l.before || ' ' || l.after, $3) END
		ORDER BY l.id`, w.asked.Kind, w.names, named)
	var code narrative.Code
	var before, after string
	var article narrative.Slug
	_, err := pgx.ForEachRow(rows, []any{&code, &before, &after, &article}, func() error {
		for _, doc := range []string{before, after} {
			c, ok := ReadClaim(doc)
			if !ok || !w.thing.LearnPast(c.Claim, article) || slices.Contains(w.past, code) {
				continue
			}
			w.past, w.pastIn = append(w.past, code), append(w.pastIn, article)
		}
		return nil
	})
	return err
}

// enter enters the takedown, without which nothing may be forgotten, and the audit log's word of it.
func (w *takingDown) enter(ctx context.Context) error {
	var standIn *narrative.Slug
	key := w.names[0]
	if w.done.StandIn != "" {
		standIn, key = &w.done.StandIn, string(w.done.StandIn)
	}
	var b pgx.Batch
	for _, hash := range hashes(w.names) {
		b.Queue(`
			INSERT INTO takedowns (kind, name_sha256, taken_down, reason, stand_in)
			VALUES ($1, $2, $3, $4, $5)`, w.asked.Kind, hash, w.done.On, w.asked.Reason, standIn)
	}
	b.Queue(`
		INSERT INTO audit_log (actor, kind, key, action, why)
		VALUES ($1, $2, $3, 'takedown', $4)`, w.asked.Actor, w.asked.Kind, key, w.asked.Reason)
	return w.log.tx.SendBatch(ctx, &b).Close()
}

// clearDesk takes the thing out of the desk's tables and captured texts.
func (w *takingDown) clearDesk(ctx context.Context, before narrative.Collection) error {
	after, err := loadCollection(ctx, w.log.tx, nil)
	if err != nil {
		return err
	}
	w.desk = newDeskTakedown(w.asked.Kind, w.names, w.done.StandIn, w.thing, w.pastIn, before, after)
	w.done.Removed = slices.Sorted(maps.Keys(w.desk.removed))
	w.done.Changed = nounKeys(w.desk.changed)
	w.done.Points, w.done.Unread, w.done.Problems = w.desk.points, w.desk.unread, w.desk.problems

	today := narrative.Slug(w.names[0])
	if w.asked.Kind == narrative.KindSource && today != w.done.StandIn && slices.ContainsFunc(before.Sources, func(s narrative.Source) bool { return s.Slug == today }) {
		if _, err := w.log.tx.Exec(ctx, `SELECT forget_source($1, $2)`, today, w.done.StandIn); err != nil {
			return err
		}
	}
	if err := deleteClaims(ctx, w.log.tx, w.done.Removed); err != nil {
		return err
	}
	if err := writeCollection(ctx, w.log.tx, w.desk.changed, w.asked.Actor); err != nil {
		return err
	}
	if err := w.eraseTexts(ctx); err != nil {
		return err
	}
	if err := w.clearWaiting(ctx, before); err != nil {
		return err
	}
	return w.findAddresses(ctx)
}

// deleteClaims removes claims with all that hangs on them.
func deleteClaims(ctx context.Context, tx pgx.Tx, codes []narrative.Code) error {
	var b pgx.Batch
	for _, sql := range []string{
		`DELETE FROM counters WHERE other = ANY ($1)`,
		`UPDATE figures SET part_of = NULL WHERE part_of = ANY ($1)`,
		`DELETE FROM point_claims WHERE claim = ANY ($1)`,
		`UPDATE requests q SET claim = NULL, article = coalesce(q.article, c.article) FROM claims c WHERE c.code = q.claim AND q.claim = ANY ($1)`,
		`DELETE FROM anchors WHERE claim = ANY ($1)`,
		`DELETE FROM claims WHERE code = ANY ($1)`,
	} {
		b.Queue(sql, codes)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// findAddresses finds the slugs of other nouns that have the person's in them. They stay, since addresses do.
func (w *takingDown) findAddresses(ctx context.Context) error {
	if w.asked.Kind != narrative.KindSource {
		return nil
	}
	rows, _ := w.log.tx.Query(ctx, `SELECT kind, name AS key FROM names WHERE kind NOT IN ('source', 'claim') ORDER BY kind, name`)
	nouns, err := pgx.CollectRows(rows, pgx.RowToStructByName[NounKey])
	for _, n := range nouns {
		if w.thing.IsInAddress(n.Key) {
			w.done.Addresses = append(w.done.Addresses, n)
		}
	}
	return err
}

// forget blanks what the audit log and the last import say of the thing, and takes away what was signed of it.
func (w *takingDown) forget(ctx context.Context, before narrative.Collection) error {
	var kinds, keys []string
	add := func(nouns ...NounKey) {
		for _, n := range nouns {
			kinds, keys = append(kinds, string(n.Kind)), append(keys, n.Key)
		}
	}
	for _, name := range w.names {
		add(NounKey{w.asked.Kind, name})
	}
	for _, code := range slices.Concat(w.done.Removed, w.past) {
		add(NounKey{narrative.KindClaim, string(code)})
	}
	add(w.done.Changed...)
	needles := slices.Concat(w.needles(), w.copies, w.addressesBefore(before))
	if w.asked.Kind == narrative.KindSource { // what is gone already names them by their slugs
		for _, name := range w.names {
			needles = append(needles, `"`+name+`"`, "source: "+name, "attributed_to: "+name)
		}
	}
	// A fingerprint can confirm a guess at what was signed.
	_, err := w.log.tx.Exec(ctx, `
		DELETE FROM reviews
		WHERE fact IN (SELECT n FROM unnest($1::text[], $2::text[]) AS x (k, n) WHERE k = 'fact')
			OR EXISTS (SELECT FROM unnest($1::text[], $2::text[]) AS x (k, n) WHERE k = 'claim' AND strpos(item, n) > 0)
			OR holds_any(note, $3)`, kinds, keys, needles)
	if err != nil {
		return err
	}
	return w.log.tx.QueryRow(ctx, `SELECT forget_nouns($1, $2, $3)`, kinds, keys, needles).Scan(&w.done.Logged)
}

// longEnough is how many words of a passage tell it from others, in the texts of nouns that it does not belong to.
const longEnough = 4
