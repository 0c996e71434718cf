package main

import (
	"context"
	"errors"
	"fmt"

	"counterclaim/internal/archive"
	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
)

type verifyCommand struct {
	Dir     string   `arg:"" optional:"" name:"dir" help:"Folder made by export, to verify instead of the database, of which nothing is asked then."`
	Against string   `placeholder:"URL|FILE" help:"Prove too that the log begins with the one of the checkpoint there. A site's address stands for that of its checkpoint."`
	Keys    []string `name:"key" sep:"none" placeholder:"KEY" help:"Public key, name+hash+data, that must have signed the checkpoints; may be repeated. By default it is the one that the folder or the database names."`
	JSON    bool     `name:"json" help:"Print JSON."`
}

// verified is what verify found in order.
type verified struct {
	Entries  int64  `json:"entries"`
	Editions int    `json:"editions"`
	Erased   int    `json:"erased"`
	Facts    int    `json:"facts"`
	Head     string `json:"head"`           // hash of the last record
	Root     string `json:"root,omitempty"` // of the log's tree, in base64
	// Newsroom are the editions for the newsroom, of which a folder has none.
	Newsroom *verifiedNewsroom `json:"newsroom,omitempty"`
	// Signed is the checkpoint in a folder, Against the one that the log was compared with.
	Signed  *signedState `json:"signed,omitempty"`
	Against *signedState `json:"against,omitempty"`
}

// verifiedNewsroom is what verify found in order of the editions for the newsroom.
type verifiedNewsroom struct {
	Editions int `json:"editions"`
	Withheld int `json:"withheld"` // of which something was taken out
}

// String returns the result as a line.
func (v verifiedNewsroom) String() string {
	s := "unaltered since they were made: " + count(v.Editions, "newsroom edition")
	if v.Withheld > 0 {
		s += fmt.Sprintf(", of which %d withheld at least in part", v.Withheld)
	}
	return s
}

// A signedState is a state of the log for which there is a checkpoint.
type signedState struct {
	Origin  string `json:"origin"`
	Entries int64  `json:"entries"`
	Root    string `json:"root"`
}

func newSignedState(c checkpoint.Checkpoint) *signedState {
	return &signedState{c.Origin, c.Size, c.Root.String()}
}

func newVerified(r edition.Report) verified {
	return verified{Entries: r.Entries, Editions: r.Editions, Erased: r.Erased, Facts: r.Facts, Head: r.Head.String()}
}

// String returns the result as one line, and one for the newsroom and for each checkpoint.
func (v verified) String() string {
	s := fmt.Sprintf("unaltered since publication: %s of %s", count(v.Editions, "edition"), count(v.Facts, "fact"))
	if v.Erased > 0 {
		s += fmt.Sprintf(", of which %d erased on the record", v.Erased)
	}
	s += "; head of the log " + v.Head
	if v.Root != "" {
		s += ", root " + v.Root
	}
	if v.Newsroom != nil && v.Newsroom.Editions > 0 {
		s += "\n" + v.Newsroom.String()
	}
	if v.Signed != nil {
		s += fmt.Sprintf("\nsigned by %s: the first %s of %d", v.Signed.Origin, entries(int(v.Signed.Entries)), v.Entries)
	}
	if v.Against != nil {
		s += fmt.Sprintf("\nthe log of %s begins with the %s that %s signed", entries(int(v.Entries)), entries(int(v.Against.Entries)), v.Against.Origin)
	}
	return s
}

// Errors of a log that is compared with a checkpoint.
var (
	errShort    = errors.New("the log is shorter than the one that was signed")
	errOtherLog = errors.New("the log is not the one that was signed")
)

// Run verifies all that was ever published.
func (c verifyCommand) Run(ctx context.Context, p *program) error {
	for _, key := range c.Keys {
		if err := checkpoint.CheckVerifier(key); err != nil {
			return &usageError{"--key: " + err.Error()}
		}
	}
	var against []byte
	if c.Against != "" {
		// First of all, so that a wrong address is told at once.
		var err error
		if against, err = fetchCheckpoint(ctx, c.Against); err != nil {
			return fmt.Errorf("%s cannot be read: %w", c.Against, err)
		}
	}
	var v verified
	var tree checkpoint.Tree
	var key string
	var err error
	if c.Dir != "" {
		v, tree, key, err = c.folder(p)
	} else {
		err = p.with(ctx, func(s *store.Store) error {
			v, tree, key, err = c.database(ctx, p, s, against)
			return err
		})
	}
	if err != nil {
		return err
	}
	if against != nil {
		opened, err := begins(tree, against, c.trusted(key))
		if err != nil {
			return fmt.Errorf("%s: %w", c.Against, err)
		}
		v.Against = newSignedState(opened)
	}
	return p.print(c.JSON, v)
}

// trusted are the keys that checkpoints must be signed with: those of the command line, else the log's own.
func (c verifyCommand) trusted(own string) []string {
	if len(c.Keys) > 0 {
		return c.Keys
	}
	if own == "" {
		return nil
	}
	return []string{own}
}

// database verifies the database, and returns its tree, with the nodes that it takes to compare it with a checkpoint,
// and its key.
func (c verifyCommand) database(ctx context.Context, p *program, s *store.Store, against []byte) (v verified, tree checkpoint.Tree, key string, err error) {
	p.progress("recomputing every edition, the log and what readers see")
	report, err := s.Verify(ctx)
	if err != nil {
		return v, tree, "", err
	}
	if key, err = s.LogKey(ctx); err != nil {
		return v, tree, "", err
	}
	other, _ := checkpoint.Open(against, c.trusted(key)...) // what is wrong with it is told when it is compared
	if tree, err = s.Tree(ctx, report.Entries, other.Size); err != nil {
		return v, tree, "", err
	}
	tree.Size = report.Entries // without what was published meanwhile
	head, err := tree.Head()
	v = newVerified(report)
	v.Newsroom = &verifiedNewsroom{report.Newsroom.Editions, report.Newsroom.Withheld}
	v.Root = head.Root.String()
	return v, tree, key, err
}

// folder verifies an archive, with its checkpoint if it has one, and returns its tree and its key.
func (c verifyCommand) folder(p *program) (v verified, tree checkpoint.Tree, key string, err error) {
	if !archive.Is(c.Dir) {
		return v, tree, "", fmt.Errorf("%s is no folder made by export: it has no %s", c.Dir, archive.Manifest)
	}
	p.progress("recomputing every edition and the log in %s", c.Dir)
	box, err := archive.Open(c.Dir)
	if err != nil {
		return v, tree, "", err
	}
	report, err := edition.Verify(func(yield func(edition.Entry, error) bool) {
		for e, err := range box.Log() {
			if err == nil {
				err = tree.Append(checkpoint.Hash(edition.RecordHash(e.Record)))
			}
			if !yield(e, err) {
				return
			}
		}
	})
	if err != nil {
		return v, tree, "", err
	}
	head, err := tree.Head()
	if err != nil {
		return v, tree, "", err
	}
	v = newVerified(report)
	v.Root = head.Root.String()
	signed, key, err := box.Checkpoint()
	if err != nil || signed == nil {
		return v, tree, "", err
	}
	opened, err := begins(tree, signed, c.trusted(key))
	if err != nil {
		return v, tree, "", fmt.Errorf("the folder's checkpoint: %w", err)
	}
	v.Signed = newSignedState(opened)
	return v, tree, key, nil
}

// begins opens a checkpoint and proves that it is of the beginning of a log. The error is [errShort], [errOtherLog] or
// one of [checkpoint.Open].
func begins(tree checkpoint.Tree, signed []byte, keys []string) (checkpoint.Checkpoint, error) {
	if len(keys) == 0 {
		return checkpoint.Checkpoint{}, errors.New("there is no key to check its signature with; name one with --key")
	}
	opened, err := checkpoint.Open(signed, keys...)
	if err != nil {
		return opened, err
	}
	if opened.Size > tree.Size {
		return opened, fmt.Errorf("%w: it has %s, and %d were signed", errShort, entries(int(tree.Size)), opened.Size)
	}
	head, err := tree.Head()
	if err != nil {
		return opened, err
	}
	proof, err := tree.Consistency(opened.Size, tree.Size)
	if err != nil {
		return opened, err
	}
	if checkpoint.CheckConsistency(proof, opened.Head, head) != nil {
		return opened, fmt.Errorf("%w: its first %s of %d are others than those that were signed", errOtherLog, entries(int(opened.Size)), tree.Size)
	}
	return opened, nil
}
