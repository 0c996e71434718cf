package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/corpus"
	"counterclaim/internal/edition"
	"counterclaim/internal/postgres"
	"counterclaim/internal/store"
)

type doctorCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// A checkState says how a check came out.
type checkState string

const (
	good    checkState = "ok"
	notice  checkState = "note" // works, but somebody should know
	failing checkState = "fail"
	skipped checkState = "not checked"
)

// A check is one thing that the doctor looked at.
type check struct {
	Name   string     `json:"name"`
	State  checkState `json:"state"`
	Found  string     `json:"found"`
	Remedy string     `json:"remedy,omitempty"`
}

// A diagnosis is all that the doctor looked at.
type diagnosis struct {
	Checks []check `json:"checks"`
}

// String returns a line for each check, and one for its remedy.
func (d diagnosis) String() string {
	var b strings.Builder
	for i, c := range d.Checks {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%-12s %-12s %s", c.State, c.Name, c.Found)
		if c.Remedy != "" {
			fmt.Fprintf(&b, "\n%26sto do: %s", "", c.Remedy)
		}
	}
	return b.String()
}

func (d *diagnosis) add(name string, state checkState, found, remedy string) {
	d.Checks = append(d.Checks, check{name, state, found, remedy})
}

// Run looks at the installation. It makes the database ready, as every command does, and changes nothing else.
func (c doctorCommand) Run(ctx context.Context, p *program) error {
	var d diagnosis
	d.settings(p)
	d.database(ctx, p)
	if err := p.print(c.JSON, d); err != nil {
		return err
	}
	failed := 0
	for _, c := range d.Checks {
		if c.State == failing {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%s failed", count(failed, "check"))
	}
	return nil
}

func (d *diagnosis) settings(p *program) {
	d.add("settings", good, "all can be used; the server listens on "+p.settings.Addr, "")
	if p.settings.PublicURL == "" {
		d.add("address", notice, "PUBLIC_URL is not set, so that citations have no address", "set PUBLIC_URL before others read the site")
	} else {
		d.add("address", good, p.settings.PublicURL, "")
	}
	if p.settings.Contact == "" {
		d.add("contact", notice, "CONTACT is not set, so that readers have the form at /report alone", "set CONTACT to a mail or web address")
	} else {
		d.add("contact", good, p.settings.Contact, "")
	}
	if p.settings.Corpus == corpusNone {
		d.add("corpus", good, "none is loaded at first start", "")
	} else if c, err := corpus.Read(p.shippedCorpus()); err != nil {
		d.add("corpus", failing, "cannot be read: "+strings.SplitN(err.Error(), "\n", 2)[0], "server import --dry-run "+p.settings.Corpus+" lists every mistake")
	} else {
		d.add("corpus", good, fmt.Sprintf("%s: %s, %s", p.settings.Corpus, count(len(c.Facts), "fact"), count(len(c.Articles), "article")), "")
	}
}

// remedies say what to do about errors of the database; the messages themselves name most of it.
var remedies = []struct {
	err    error
	name   string
	remedy string
}{
	{postgres.ErrNoBinaries, "programs", "apt-get install postgresql, or set POSTGRES_BIN or DATABASE_URL"},
	{postgres.ErrVersion, "programs", "install the version that made the cluster, or set POSTGRES_BIN to its folder"},
	{postgres.ErrUnreachable, "folder", "set DATA_DIR to a folder that the account which runs Postgres can enter, such as /var/lib/counterclaim"},
	{postgres.ErrAccount, "account", "give the folder back to the account that made it, or set DATABASE_URL"},
	{postgres.ErrNotCluster, "folder", "set DATA_DIR to another folder"},
	{postgres.ErrInUse, "folder", "wait for the other process, or stop it"},
	{store.ErrVersion, "version", "use PostgreSQL 15 or newer"},
	{store.ErrCollation, "collation", "make the database anew with a locale for UTF-8, such as C.UTF-8"},
	{store.ErrSchemaNewer, "schema", "run the newer release"},
	{store.ErrUnavailable, "database", "see that it runs and that DATABASE_URL leads to it"},
}

func (d *diagnosis) database(ctx context.Context, p *program) {
	db, err := p.attach(ctx)
	if err != nil {
		name, remedy := "database", "see the message; server doctor --verbose shows its whole cause"
		for _, r := range remedies {
			if errors.Is(err, r.err) {
				name, remedy = r.name, r.remedy
				break
			}
		}
		d.add(name, failing, plain(ctx, err), remedy)
		d.add("editions", skipped, "the database cannot be opened", "")
		return
	}
	defer func() {
		if err := db.close(); err != nil {
			d.add("stopping", failing, plain(ctx, err), "")
		}
	}()
	if db.server != nil {
		o, _ := p.postgresOptions() // worked a moment ago
		d.add("database", good, fmt.Sprintf("private PostgreSQL %d in %s", db.server.Version(), filepath.Join(o.Dir, "postgres")), "")
		d.folder(o.Dir)
	} else {
		d.add("database", good, "answers at DATABASE_URL, version 15 or newer", "")
	}
	d.add("collation", good, "knows Cyrillic and Armenian letters", "")
	d.add("schema", good, "is that of this release", "")
	if roles := db.store.Roles(); roles == store.RolesNone {
		d.add("roles", notice, string(roles), "let the database user make roles (CREATEROLE), so that readers' pages are read with no more rights than they need")
	} else {
		d.add("roles", good, string(roles), "")
	}
	d.editions(ctx, db.store)
	d.signing(ctx, p, db.store)
	d.running(ctx, p)
}

// folder sees whether the data folder is closed to other accounts.
func (d *diagnosis) folder(dir string) {
	info, err := os.Stat(filepath.Join(dir, "postgres"))
	switch {
	case err != nil:
		d.add("folder", failing, plain(context.Background(), err), "see the folder's owner and rights")
	case info.Mode().Perm()&0o077 != 0:
		d.add("folder", failing, info.Name()+" is open to other accounts", "chmod 700 "+filepath.Join(dir, info.Name()))
	default:
		d.add("folder", good, "closed to other accounts", "")
	}
}

func (d *diagnosis) editions(ctx context.Context, s *store.Store) {
	report, err := s.Verify(ctx)
	switch _, fault := errors.AsType[*edition.Fault](err); {
	case fault:
		d.add("editions", failing, plain(ctx, err), "restore the last good backup or export beside this database and compare")
	case err != nil:
		d.add("editions", failing, plain(ctx, err), "try again")
	case report.Editions == 0:
		d.add("editions", notice, "nothing was ever published", "server import PATH --publish --reason REASON")
	default:
		d.add("editions", good, newVerified(report).String(), "")
	}
}

// signing sees whether the log's head can be signed, without signing it.
func (d *diagnosis) signing(ctx context.Context, p *program, s *store.Store) {
	const name = "log"
	path, own, err := p.logKeyFile()
	if err != nil {
		d.add(name, failing, plain(ctx, err), "")
		return
	}
	kept, err := s.LogKey(ctx)
	if err != nil {
		d.add(name, failing, plain(ctx, err), "try again")
		return
	}
	if path == "" {
		found := "is not signed: LOG_KEY_FILE is not set"
		if kept != "" {
			found = "is signed with " + kept + ", and not by this server: LOG_KEY_FILE is not set"
		}
		d.add(name, notice, found, "make a key with server log-key FILE, or take the log's own, and set LOG_KEY_FILE to it")
		return
	}
	signer, err := checkpoint.NewSigner(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && own && kept == "":
		d.add(name, notice, "is not signed yet; the server makes a key when it first runs", "")
	case errors.Is(err, fs.ErrNotExist) && kept != "":
		d.add(name, failing, "is signed with "+kept+", and "+path+" is missing", "put the file of the key back, from the copy that was made of it")
	case err != nil:
		d.add(name, failing, plain(ctx, err), "server log-key FILE makes a key; LOG_KEY_FILE names it")
	case kept != "" && kept != signer.Key().Verifier():
		d.add(name, failing, "is signed with "+kept+", and the key in "+path+" is "+signer.Key().Verifier()+", so that this server does not sign",
			"set LOG_KEY_FILE to the file of the log's own key")
	default:
		d.signed(ctx, signer, path, s)
	}
}

// signed compares the log with what was last signed.
func (d *diagnosis) signed(ctx context.Context, signer *checkpoint.Signer, path string, s *store.Store) {
	const name = "log"
	last, err := signer.Last()
	var tree checkpoint.Tree
	if err == nil {
		tree, err = s.Tree(ctx, last.Size)
	}
	if err != nil {
		d.add(name, failing, plain(ctx, err), "try again")
		return
	}
	head, err := tree.HeadAt(last.Size)
	if err != nil || last.Origin != "" && head != last.Head {
		d.add(name, failing, fmt.Sprintf("has %s and does not go on from the %d that were signed last, so that this server does not sign",
			entries(int(tree.Size)), last.Size), "restore the newest backup or export; what was signed cannot be taken back")
		return
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		d.add(name, notice, path+", the key that signs it, is open to other accounts", "chmod 600 "+path)
		return
	}
	d.add(name, good, "is signed with "+signer.Key().Verifier(), "")
}

// running sees whether a server answers at ADDR.
func (d *diagnosis) running(ctx context.Context, p *program) {
	status, err := askReady(ctx, p.settings.Addr)
	switch {
	case err != nil:
		d.add("server", notice, "none answers at "+p.settings.Addr, "")
	case status != http.StatusOK:
		d.add("server", failing, fmt.Sprintf("the one at %s is not ready (%d)", p.settings.Addr, status), "see its log")
	default:
		d.add("server", good, "ready at "+p.settings.Addr, "")
	}
}
