package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	clusterName = "postgres"               // of the cluster's folder in the data folder
	halfMade    = clusterName + ".unborn-" // starts the name of a cluster that is being made
)

// locales know the letters of every script. Some systems lack the first.
var locales = []string{"C.UTF-8", "en_US.UTF-8"}

// A cluster is the database files of a data folder, and how to run them.
type cluster struct {
	Options // Dir is absolute and without links, Log is not nil
	binaries
	data  string // the cluster's own folder
	owner account
}

// open makes the data folder ready to be locked.
func open(o Options) (cluster, error) {
	c := cluster{Options: o}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	err := c.locate()
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if err != nil {
		return cluster{}, fmt.Errorf("postgres: %w", err)
	}
	return c, nil
}

// locate makes the data folder and finds out who owns the cluster in it.
func (c *cluster) locate() (err error) {
	isNew := !exists(c.Dir)
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	if c.Dir, err = filepath.EvalSymlinks(c.Dir); err != nil {
		return err
	}
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		return err
	}
	if isNew { // whatever the mask, the account that runs Postgres must get through
		if err := os.Chmod(c.Dir, 0o755); err != nil {
			return err
		}
	}
	c.data = filepath.Join(c.Dir, clusterName)
	if c.owner, err = accountFor(c.data); err != nil {
		return err
	}
	return c.owner.reach(c.Dir)
}

// prepare brings the cluster, under its lock, to where it can be served: it clears away a half-made
// one, makes it if there is none, and stops an orphan that still serves it.
func (c *cluster) prepare(ctx context.Context) error {
	made, err := c.madeBy()
	if err != nil {
		return err
	}
	c.binaries, err = findBinaries(c.Bin, os.Getenv("PATH"), usualFolders, made)
	if err != nil {
		return fmt.Errorf("%w (data folder %s)", err, c.Dir)
	}
	c.clearHalfMade()
	if made == 0 && c.Existing {
		return fmt.Errorf("%w: there was one in %s, and it is gone", ErrNotCluster, c.data)
	}
	if made == 0 {
		if err := c.make(ctx); err != nil {
			return err
		}
	}
	if err := c.stopOrphan(ctx); err != nil {
		return err
	}
	return c.writeAccess()
}

// madeBy returns the major version that made the cluster, 0 if there is none. The error is
// [ErrNotCluster] if the folder holds something else.
func (c cluster) madeBy() (int, error) {
	b, err := os.ReadFile(filepath.Join(c.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		// An empty folder is as good as none. Remove takes no other.
		if err := os.Remove(c.data); err == nil || errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		return 0, fmt.Errorf("%w: %s has no PG_VERSION; move it away or set DATA_DIR",
			ErrNotCluster, c.data)
	}
	if err != nil {
		return 0, err
	}
	major, _, _ := strings.Cut(strings.TrimSpace(string(b)), ".")
	version, err := strconv.Atoi(major)
	if err != nil {
		return 0, fmt.Errorf("%w: %s has an unknown PG_VERSION %q", ErrNotCluster, c.data, b)
	}
	return version, nil
}

// clearHalfMade removes what a start that was killed has left of a cluster in the making. It had
// never been served, and nobody else makes one while we have the lock.
func (c cluster) clearHalfMade() {
	left, _ := filepath.Glob(filepath.Join(c.Dir, halfMade+"*")) // dir may be malformed: none then
	for _, folder := range left {
		if err := os.RemoveAll(folder); err != nil {
			c.Log.Warn("left from a start that was killed", "error", err)
		}
	}
}

// make makes the cluster under another name, with its database, and gives it its own name when it
// is complete and on the disk.
func (c cluster) make(ctx context.Context) error {
	c.Log.Info("making a database", "folder", c.data, "version", c.version)
	folder, err := os.MkdirTemp(c.Dir, halfMade)
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) // no longer there if all went well
	if err := c.owner.own(folder); err != nil {
		return err
	}
	if err := c.initialise(ctx, folder, locales); err != nil {
		return err
	}
	if c.Database != "" {
		cmd := c.command(ctx, "postgres", "--single", "-D", folder, "-F",
			"-c", "exit_on_error=true", "-c", "log_checkpoints=off", "postgres")
		cmd.Stdin = strings.NewReader("CREATE DATABASE " + quote(c.Database) + "\n")
		if _, err := run(cmd); err != nil {
			return fmt.Errorf("making the database %s: %w", c.Database, err)
		}
	}
	if !c.Ephemeral {
		if _, err := run(c.command(ctx, "initdb", "--sync-only", "-D", folder)); err != nil {
			return fmt.Errorf("initdb: %w", err)
		}
	}
	if err := os.Rename(folder, c.data); err != nil {
		return err
	}
	d, err := os.Open(c.Dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// initialise runs initdb with the first locale that the system has. It leaves the writing to disk
// to the end of [cluster.make].
func (c cluster) initialise(ctx context.Context, folder string, locales []string) error {
	for i, locale := range locales {
		out, err := run(c.command(ctx, "initdb", "-D", folder, "--username="+superuser,
			"--auth=peer", "--data-checksums", "--encoding=UTF8", "--locale-provider=libc",
			"--locale="+locale, "--lc-messages=C", "--no-sync", "--no-instructions"))
		if err == nil {
			return nil
		}
		if !strings.Contains(out, "invalid locale") || i == len(locales)-1 {
			return fmt.Errorf("initdb as %s: %w", c.owner.name, err)
		}
	}
	return nil
}

// command prepares one of the programs to run as the cluster's owner. When ctx ends it is asked to
// stop as by Ctrl-C, so that initdb ends its own children.
func (c cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.program(name), args...)
	cmd.Dir = c.Dir
	cmd.Env = environment()
	cmd.SysProcAttr = c.owner.attributes()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	return cmd
}

// writeAccess writes who may connect: over the socket, the cluster's owner and root, who could
// become the owner anyway, as any of the roles. The kernel vouches for who they are.
func (c cluster) writeAccess() error {
	who := []string{c.owner.name}
	if root, err := accountOf(0); err == nil {
		who = append(who, root.name)
	}
	var ident strings.Builder
	for _, name := range who {
		for _, role := range append([]string{superuser}, c.Roles...) {
			fmt.Fprintf(&ident, "counterclaim %s %s\n", quote(name), quote(role))
		}
	}
	if err := c.writeFile("pg_hba.conf", "local all all peer map=counterclaim\n"); err != nil {
		return err
	}
	return c.writeFile("pg_ident.conf", ident.String())
}

// quote quotes a name, alike for SQL and for the access files.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// openFile opens a file of ours in the data folder and makes it if missing. One that root makes
// belongs to the cluster's owner, who may run the program next; a link that somebody has put there
// is not followed.
func (c cluster) openFile(path string, flags int) (*os.File, error) {
	flags |= syscall.O_NOFOLLOW
	f, err := os.OpenFile(path, flags|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		f, err = os.OpenFile(path, flags, 0)
	case err == nil:
		err = c.owner.own(path)
	}
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return f, err
}

// writeFile replaces a file in the cluster's folder, whole or not at all.
func (c cluster) writeFile(name, content string) error {
	f, err := os.CreateTemp(c.data, name+".new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no longer there if all went well
	_, err = f.WriteString(content)
	if err := errors.Join(err, f.Close(), c.owner.own(f.Name())); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(c.data, name))
}
