// Package storetest gives a test a database of its own, on a real Postgres that all tests of a test binary share and
// that ends with it. Without Postgres on the machine the tests fail; they are never skipped.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/postgres"
	"counterclaim/internal/store"
)

const (
	folderPrefix = "counterclaim-test-" // of the folders of clusters, in the system's folder for temporary files
	lockFile     = "in-use"             // in such a folder, locked for as long as its test binary lives
	template     = "template_migrated"  // the database that those of the tests are copies of
)

// A DB is a database of one test, with what it takes to connect to it. It is dropped after the test.
type DB struct {
	// URL connects as the superuser, the others as the three roles of package store.
	URL, OwnerURL, DeskURL, ReaderURL string
}

// Main runs the tests of a package that uses this one, and ends the Postgres that they have started. It does not
// return. Call it from TestMain:
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
func Main(m *testing.M) {
	clearDead()
	shared.inMain = true
	code := m.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "storetest:", err)
		code = 1
	}
	os.Exit(code)
}

// New returns an open, migrated and empty store on a database of the test's own.
func New(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, Database(t))
}

// Database returns a migrated and empty database of the test's own.
func Database(t testing.TB) DB {
	t.Helper()
	// Copying files is a tenth faster here than writing every page to the log of a cluster that is thrown away.
	return create(t, "TEMPLATE "+template+" STRATEGY FILE_COPY")
}

// Empty returns a database of the test's own in which there is nothing. The options, if any, are those of CREATE
// DATABASE, such as "TEMPLATE template0 LOCALE 'C'".
func Empty(t testing.TB, options string) DB {
	t.Helper()
	return create(t, options)
}

// Open opens a store on a database and closes it after the test. It uses few connections, for many tests run at once.
func Open(t testing.TB, db DB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), db.Options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Options returns how to open a store on the database.
func (db DB) Options() store.Options {
	return store.Options{
		URL: db.URL, OwnerURL: db.OwnerURL, DeskURL: db.DeskURL, ReaderURL: db.ReaderURL,
		DeskConns: 4, ReaderConns: 4,
	}
}

// Pool opens connections by one of the database's URLs and closes them after the test.
func Pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// A cluster is the throw-away Postgres of a test binary, started for the first test that needs it.
type cluster struct {
	inMain bool // Main was called, which stops it
	start  sync.Once
	err    error
	folder string
	lock   *os.File
	server *postgres.Server
	number atomic.Int64 // of the databases made so far
}

var shared cluster

// running returns the server, started, or fails the test.
func (c *cluster) running(t testing.TB) *postgres.Server {
	t.Helper()
	if !c.inMain {
		t.Fatal("storetest: the package needs a TestMain that calls storetest.Main")
	}
	c.start.Do(func() { c.err = c.run(context.WithoutCancel(t.Context())) })
	if errors.Is(c.err, postgres.ErrNoBinaries) {
		t.Fatalf("storetest: %v; make tools installs what the tests need", c.err)
	}
	if c.err != nil {
		t.Fatalf("storetest: %v", c.err)
	}
	return c.server
}

func (c *cluster) run(ctx context.Context) (err error) {
	if c.folder, c.lock, err = makeFolder(); err != nil {
		return err
	}
	c.server, err = postgres.Start(ctx, postgres.Options{
		Dir:       c.folder,
		Roles:     []string{store.OwnerRole, store.DeskRole, store.ReaderRole},
		Database:  template,
		Ephemeral: true,
	})
	if err != nil {
		return err
	}
	return store.Migrate(ctx, c.db(template).Options())
}

func (c *cluster) stop() error {
	if c.folder == "" {
		return nil
	}
	var err error
	if c.server != nil {
		err = c.server.Stop()
	}
	return errors.Join(err, os.RemoveAll(c.folder), c.lock.Close())
}

func (c *cluster) db(name string) DB {
	return DB{
		URL:       c.server.URL(c.server.Superuser(), name),
		OwnerURL:  c.server.URL(store.OwnerRole, name),
		DeskURL:   c.server.URL(store.DeskRole, name),
		ReaderURL: c.server.URL(store.ReaderRole, name),
	}
}

// create makes a database for the test and drops it afterwards, whoever is still connected.
func create(t testing.TB, options string) DB {
	t.Helper()
	server := shared.running(t)
	name := fmt.Sprintf("test_%d", shared.number.Add(1))
	admin := server.URL(server.Superuser(), "postgres")
	if err := run(t.Context(), admin, "CREATE DATABASE "+name+" "+options); err != nil {
		t.Fatalf("storetest: %v", err)
	}
	t.Cleanup(func() {
		if err := run(context.WithoutCancel(t.Context()), admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("storetest: %v", err)
		}
	})
	return shared.db(name)
}

func run(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// makeFolder makes the folder of a cluster. It gets its name when it is locked, so that nobody takes it for a dead one.
func makeFolder() (folder string, lock *os.File, err error) {
	unlocked, err := os.MkdirTemp("", "new-"+folderPrefix)
	if err != nil {
		return "", nil, err
	}
	if err := os.Chmod(unlocked, 0o755); err != nil { // for the account that runs Postgres
		return "", nil, err
	}
	if lock, err = os.Create(filepath.Join(unlocked, lockFile)); err != nil {
		return "", nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return "", nil, err
	}
	folder = filepath.Join(filepath.Dir(unlocked), strings.TrimPrefix(filepath.Base(unlocked), "new-"))
	return folder, lock, os.Rename(unlocked, folder)
}

// clearDead removes what test binaries that were killed have left behind. Their Postgres ends by itself.
func clearDead() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*")) // fails only for a malformed pattern
	for _, folder := range folders {
		f, err := os.OpenFile(filepath.Join(folder, lockFile), os.O_RDWR|syscall.O_NOFOLLOW, 0)
		if err != nil {
			continue // somebody else's
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(folder) // the next test binary tries again
		}
		f.Close()
	}
}
