package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// Bounds of proposals. The database has those of one, too.
const (
	LargestProposal = 1 << 20   // bytes of the fields as JSON
	LongestTitle    = 200       // characters of what a proposal is called
	MostProposals   = 50        // open ones of an account
	proposalAge     = "90 days" // of a settled one, from when it was settled
)

// KindProposal is the kind of a proposal among what waits in the inbox, under its number.
const KindProposal narrative.Kind = "proposal"

// A Settlement is what became of a proposal.
type Settlement string

// What may become of a proposal.
const (
	ProposalOpen      Settlement = ""
	ProposalTaken     Settlement = "taken" // saved, as it was or amended
	ProposalDeclined  Settlement = "declined"
	ProposalWithdrawn Settlement = "withdrawn" // by its proposer
)

// Errors of proposals that callers may test for with [errors.Is].
var (
	// ErrSettled says that a proposal is not open any more.
	ErrSettled = errors.New("settled already")
	// ErrProposals says that an account has [MostProposals] open ones.
	ErrProposals = errors.New("too many open proposals")
	// ErrProposalSize says that one is larger than [LargestProposal].
	ErrProposalSize = errors.New("too large a proposal")
	// ErrNothingNew says that what is proposed is what is there.
	ErrNothingNew = errors.New("nothing differs")
)

// A Proposal is what a contributor would have an editor save.
type Proposal struct {
	ID      int64  // none before it is proposed
	NounKey        // Key is "" for a new noun, else that which it had when this was proposed
	Version int    // of the noun, when the form was opened; 0 for a new one
	Title   string // what it is called, for lists; 1 to [LongestTitle] characters
	Fields  url.Values
	Why     string // at most 300 characters
	By      string // an account's name
	At      time.Time

	Outcome   Settlement
	SettledBy string
	SettledAt time.Time // zero for an open one
	Reason    string    // of whoever has settled it
}

// Propose keeps what an account would have an editor save, if the save e would be taken: with the same checks, it is tried and
// undone. Kind, key, version, proposer and why are those of e. The errors are those of [Store.Save], [ErrNothingNew],
// [ErrProposals] and [ErrProposalSize].
func (s *Store) Propose(ctx context.Context, p Proposal, e Edit) (id int64, err error) {
	p.NounKey, p.Version, p.By, p.Why = NounKey{nounKeyOf(e.Doc).Kind, e.Was}, e.Version, e.Actor, e.Why
	defer wrap(&err, "Propose(%q, %q)", p.Kind, p.Key)

	id, err = s.propose(ctx, p, func(tx pgx.Tx) (differs bool, err error) {
		n, err := e.save(ctx, tx)
		return n.Version != e.Version, err
	})
	return id, unsound(err, nounKeyOf(e.Doc))
}

// ProposeClaim keeps what an account would have an editor save of a claim that is there, as [Store.Propose] does. The errors
// are those of [Store.Tag] besides.
func (s *Store) ProposeClaim(ctx context.Context, p Proposal, e TagEdit) (id int64, err error) {
	p.NounKey, p.Version, p.By, p.Why = NounKey{narrative.KindClaim, string(e.Claim.Code)}, e.Version, e.Actor, e.Why
	defer wrap(&err, "ProposeClaim(%q)", p.Key)

	id, err = s.propose(ctx, p, func(tx pgx.Tx) (differs bool, err error) {
		before, err := versionSeen(ctx, tx, e.Claim.Code, e.Version)
		if err != nil {
			return false, err
		}
		after, err := e.save(ctx, tx)
		if err != nil {
			return false, err
		}
		was, now, err := beforeAndAfter(logged(before), logged(after))
		return was != now, err
	})
	return id, unsound(err, p.NounKey)
}

// propose tries a save, which tells whether anything would differ, and keeps the proposal.
func (s *Store) propose(ctx context.Context, p Proposal, save func(pgx.Tx) (differs bool, err error)) (id int64, err error) {
	fields, err := json.Marshal(p.Fields)
	switch {
	case err != nil:
		return 0, err
	case len(fields) > LargestProposal:
		return 0, fmt.Errorf("%w: %d bytes", ErrProposalSize, len(fields))
	}
	err = s.edit(ctx, func(tx pgx.Tx) error {
		differs, err := tryOut(ctx, tx, save)
		if err != nil {
			return err
		}
		if !differs {
			return ErrNothingNew
		}
		var open int
		if err := tx.QueryRow(ctx, `SELECT 0 FROM accounts WHERE name = $1 FOR NO KEY UPDATE`, p.By).Scan(&open); err != nil { // one at a time
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM proposals WHERE proposed_by = $1 AND outcome = ''`, p.By).Scan(&open); err != nil {
			return err
		}
		if open >= MostProposals {
			return ErrProposals
		}
		if _, err := tx.Exec(ctx, `DELETE FROM proposals WHERE settled_at < now() - interval '`+proposalAge+`'`); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `
			INSERT INTO proposals (kind, key, began_version, title, fields, why, proposed_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			RETURNING id`, p.Kind, p.Key, p.Version, p.Title, string(fields), p.Why, p.By).Scan(&id)
	})
	return id, err
}

// errTried undoes what was only tried.
var errTried = errors.New("only tried")

// tryOut does a save with all that the database looks at, and undoes it.
func tryOut(ctx context.Context, tx pgx.Tx, save func(pgx.Tx) (bool, error)) (differs bool, err error) {
	err = pgx.BeginFunc(ctx, tx, func(part pgx.Tx) (err error) {
		if differs, err = save(part); err != nil {
			return err
		}
		if _, err := part.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		err = nil
	}
	return differs, err
}

// proposalRows is a proposal without its fields.
const proposalRows = `
	SELECT id, kind, key, began_version, title, why, proposed_by, proposed_at, outcome, coalesce(settled_by, ''), settled_at, reason
	FROM proposals`

func scanProposal(row pgx.CollectableRow) (p Proposal, err error) {
	var settled *time.Time
	err = row.Scan(&p.ID, &p.Kind, &p.Key, &p.Version, &p.Title, &p.Why, &p.By, &p.At, &p.Outcome, &p.SettledBy, &settled, &p.Reason)
	if settled != nil {
		p.SettledAt = *settled
	}
	return p, err
}

// Proposal returns a proposal. The error is [ErrNotFound].
func (s *Store) Proposal(ctx context.Context, id int64) (p Proposal, err error) {
	defer wrap(&err, "Proposal(%d)", id)

	rows, _ := s.desk.Query(ctx, proposalRows+` WHERE id = $1`, id)
	if p, err = pgx.CollectExactlyOneRow(rows, scanProposal); err != nil {
		return Proposal{}, err
	}
	var fields string
	if err = s.desk.QueryRow(ctx, `SELECT fields FROM proposals WHERE id = $1`, id).Scan(&fields); err != nil {
		return Proposal{}, err
	}
	return p, json.Unmarshal([]byte(fields), &p.Fields)
}

// Proposals returns what an account has proposed, the latest first and without the fields: at most 100, of those before the one
// with a number if that is not 0. next is the number from which to go on, 0 at the end.
func (s *Store) Proposals(ctx context.Context, account string, before int64) (list []Proposal, next int64, err error) {
	defer wrap(&err, "Proposals(%q, %d)", account, before)

	rows, _ := s.desk.Query(ctx, proposalRows+`
		WHERE proposed_by = $1 AND ($2 = 0 OR id < $2)
		ORDER BY id DESC
		LIMIT $3`, account, before, pageSize+1)
	if list, err = pgx.CollectRows(rows, scanProposal); len(list) > pageSize {
		list = list[:pageSize]
		next = list[pageSize-1].ID
	}
	return list, next, err
}

// Decline settles an open proposal as declined; reason is for its proposer and must not be "". The errors are [ErrNotFound] and
// [ErrSettled].
func (s *Store) Decline(ctx context.Context, id int64, actor, reason string) (err error) {
	defer wrap(&err, "Decline(%d)", id)

	return s.edit(ctx, func(tx pgx.Tx) error {
		_, err := settle(ctx, tx, id, ProposalDeclined, actor, reason)
		return err
	})
}

// TakeBack settles an open proposal of an account's as withdrawn. The errors are [ErrNotFound], also for one of somebody else,
// and [ErrSettled].
func (s *Store) TakeBack(ctx context.Context, id int64, account string) (err error) {
	defer wrap(&err, "TakeBack(%d)", id)

	return s.edit(ctx, func(tx pgx.Tx) error {
		by, err := settle(ctx, tx, id, ProposalWithdrawn, account, "")
		if err == nil && by != account {
			err = ErrNotFound
		}
		return err
	})
}

// take settles a proposal as taken, if there is one, within the save of a noun that takes it, and names its proposer in the
// reason. The error is [ErrNotFound] for a proposal of another kind, and for one of a noun that is there if this one is new.
func take(ctx context.Context, tx pgx.Tx, id int64, noun NounKey, actor string, why *string) error {
	if id == 0 {
		return nil
	}
	var isOf bool
	if err := tx.QueryRow(ctx, `SELECT kind = $2 AND (key = '') = ($3 = '') FROM proposals WHERE id = $1`, id, noun.Kind, noun.Key).Scan(&isOf); err != nil {
		return err
	}
	if !isOf {
		return ErrNotFound
	}
	by, err := settle(ctx, tx, id, ProposalTaken, actor, "")
	if err != nil {
		return err
	}
	said := "proposed by " + by
	if *why != "" {
		said += ": " + *why
	}
	*why = said
	return nil
}

// settle settles an open proposal and returns who has proposed it.
func settle(ctx context.Context, tx pgx.Tx, id int64, outcome Settlement, actor, reason string) (by string, err error) {
	var before Settlement
	if err := tx.QueryRow(ctx, `SELECT proposed_by, outcome FROM proposals WHERE id = $1 FOR UPDATE`, id).Scan(&by, &before); err != nil {
		return "", err
	}
	if before != ProposalOpen {
		return "", ErrSettled
	}
	_, err = tx.Exec(ctx, `
		UPDATE proposals SET outcome = $2, settled_by = $3, settled_at = now(), reason = $4
		WHERE id = $1`, id, outcome, actor, reason)
	return by, err
}
