package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// keyFile is the name of the log's key in the data folder of a private Postgres.
const keyFile = "log.key"

// errKeyGone says that the file of the key that signs the log is missing.
var errKeyGone = errors.New("the file of the log's key is missing")

type logKeyCommand struct {
	File string `arg:"" name:"file" help:"File to make. One that is there is left alone."`
	Name string `help:"Name of the log in what is signed, for ever, such as example.org/log; by default that of PUBLIC_URL."`
}

// Run makes a key and prints its public part.
func (c logKeyCommand) Run(p *program) error {
	name := c.Name
	if name == "" {
		name = logName(p.settings.PublicURL)
	}
	key, err := checkpoint.NewKey(name)
	if err != nil {
		return err
	}
	if err := key.Write(c.File); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already and is left alone", c.File)
	} else if err != nil {
		return err
	}
	p.progress("made %s, which nobody else may see; set LOG_KEY_FILE to it, keep a copy elsewhere, and make known its public part:", c.File)
	return p.print(false, text(key.Verifier()))
}

// logName is the name that a log gets from the site's own address: without the scheme, as c2sp.org/tlog-checkpoint
// advises, and with a hyphen for each character that no name has.
func logName(publicURL string) string {
	_, address, _ := strings.Cut(cmp.Or(publicURL, web.LaptopURL), "://")
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || r == '+' {
			return '-'
		}
		return r
	}, strings.TrimRight(address, "/")+"/log")
}

// logKeyFile returns the file of the log's key, "" if there is to be none. Own is true for the one in the data folder,
// which a server makes.
func (p *program) logKeyFile() (path string, own bool, err error) {
	if p.settings.LogKeyFile != "" || p.settings.DatabaseURL != "" {
		return p.settings.LogKeyFile, false, nil
	}
	o, err := p.postgresOptions()
	if err != nil {
		return "", false, err
	}
	return filepath.Join(o.Dir, keyFile), true, nil
}

// signer returns who signs the heads of the database's log, nil if there is no key for it. The error is
// [store.ErrOtherKey] if the log has another key, and [errKeyGone].
func (p *program) signer(ctx context.Context, s *store.Store) (*checkpoint.Signer, error) {
	path, own, err := p.logKeyFile()
	if err != nil || path == "" {
		return nil, err
	}
	signer, err := checkpoint.NewSigner(path)
	if errors.Is(err, fs.ErrNotExist) {
		kept, keyErr := s.LogKey(ctx)
		switch {
		case keyErr != nil:
			return nil, keyErr
		case own && kept == "":
			return nil, nil // the first server makes it
		case kept == "":
			return nil, fmt.Errorf("%w: LOG_KEY_FILE is %s; to make one: server log-key %[2]s", errKeyGone, path)
		}
		return nil, fmt.Errorf("%w: put the one of %s back to %s", errKeyGone, kept, path)
	}
	if err != nil {
		return nil, err
	}
	if err := s.SetLogKey(ctx, signer.Key().Verifier()); err != nil {
		return nil, err
	}
	return signer, nil
}

// serverSigner returns who signs for a server, and makes the key in the data folder if there never was one. A server that
// has not the log's own key serves all the same, without signing: then it is nil, and the log of the program tells.
func (p *program) serverSigner(ctx context.Context, s *store.Store) (*checkpoint.Signer, error) {
	signer, err := p.signer(ctx, s)
	if signer == nil && err == nil {
		path, own, pathErr := p.logKeyFile()
		if pathErr != nil {
			return nil, pathErr
		}
		if !own {
			p.log.WarnContext(ctx, "the log of editions is not signed, since LOG_KEY_FILE is not set")
			return nil, nil
		}
		if err := p.makeOwnKey(path); err != nil {
			return nil, err
		}
		signer, err = p.signer(ctx, s)
	}
	if errors.Is(err, store.ErrOtherKey) || errors.Is(err, errKeyGone) && p.settings.LogKeyFile == "" {
		p.log.ErrorContext(ctx, "this server does not sign the log of editions, since it has not its key", "error", err)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the log cannot be signed: %w", err)
	}
	head, _, err := signLog(ctx, signer, s)
	if err != nil {
		p.log.ErrorContext(ctx, "the log of editions is not signed as it is now", "error", err)
	} else {
		p.log.InfoContext(ctx, "the log of editions is signed", "key", signer.Key().Verifier(), "entries", head.Size)
	}
	return signer, nil
}

// makeOwnKey makes the key in the data folder.
func (p *program) makeOwnKey(path string) error {
	key, err := checkpoint.NewKey(logName(p.settings.PublicURL))
	if err == nil {
		err = key.Write(path)
	}
	if err != nil {
		return fmt.Errorf("the log's key cannot be made: %w", err)
	}
	p.log.Info("made a key for the log of editions", "file", path)
	return nil
}

// signLog signs the head of the database's log.
func signLog(ctx context.Context, signer *checkpoint.Signer, s *store.Store) (checkpoint.Head, []byte, error) {
	return signer.Sign(ctx, func(last int64) (checkpoint.Tree, error) { return s.Tree(ctx, last) })
}

// treeOf makes the tree over entries of a log, of which it needs only the records.
func treeOf(entries []edition.Entry) (tree checkpoint.Tree, err error) {
	for _, e := range entries {
		if err := tree.Append(checkpoint.Hash(edition.RecordHash(e.Record))); err != nil {
			return checkpoint.Tree{}, err
		}
	}
	return tree, nil
}
