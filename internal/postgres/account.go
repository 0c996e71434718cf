package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// An account is a user of the operating system: the one that owns the cluster and that Postgres
// runs as.
type account struct {
	name     string
	uid, gid uint32
}

// accountFor returns the account to run the cluster in folder data as. An existing cluster keeps
// its owner. A new one belongs to whoever runs this process, except that Postgres refuses to run as
// root, so that root's belongs to postgres or else nobody. The error is [ErrAccount].
func accountFor(data string) (account, error) {
	self := uint32(os.Geteuid())
	info, err := os.Stat(data)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return account{}, fmt.Errorf("%w: %w", ErrUnreachable, err)
	case err != nil && self != 0:
		return accountOf(self)
	case err != nil:
		for _, name := range []string{"postgres", "nobody"} {
			if u, err := user.Lookup(name); err == nil {
				return newAccount(u)
			}
		}
		return account{}, fmt.Errorf("%w: root needs an account named postgres or nobody for it",
			ErrAccount)
	}
	owner := info.Sys().(*syscall.Stat_t).Uid
	switch {
	case owner == 0:
		return account{}, fmt.Errorf("%w: %s belongs to root; give it to the account that made it, "+
			"with chown -R", ErrAccount, data)
	case self != 0 && self != owner:
		return account{}, fmt.Errorf("%w: %s belongs to %s; run as that account or as root",
			ErrAccount, data, accountName(owner))
	}
	return accountOf(owner)
}

// accountOf looks an account up by number. Postgres and its peer authentication need its name.
func accountOf(uid uint32) (account, error) {
	number := strconv.FormatUint(uint64(uid), 10)
	u, err := user.LookupId(number)
	if err == nil {
		return newAccount(u)
	}
	// A static binary reads only the password file; getent knows directories such as LDAP too.
	out, err := exec.Command("getent", "passwd", number).Output()
	if f := strings.Split(strings.TrimSpace(string(out)), ":"); err == nil && len(f) > 3 {
		return newAccount(&user.User{Username: f[0], Uid: f[2], Gid: f[3]})
	}
	return account{}, fmt.Errorf("%w: the account with number %s has no entry in the password file, "+
		"which Postgres needs; add one or set DATABASE_URL", ErrAccount, number)
}

func newAccount(u *user.User) (account, error) {
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return account{}, fmt.Errorf("%w: %s: %w", ErrAccount, u.Username, err)
	}
	return account{u.Username, uint32(uid), uint32(gid)}, nil
}

// accountName returns the name of an account, or its number if it has none.
func accountName(uid uint32) string {
	if a, err := accountOf(uid); err == nil {
		return a.name
	}
	return "account number " + strconv.FormatUint(uint64(uid), 10)
}

// attributes returns how a child that works on the cluster is started: out of reach of the
// terminal's Ctrl-C, told when we die where the system can do that, and as this account.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(attr)
	if os.Geteuid() == 0 {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}

// own gives a file or folder that root has made to the account.
func (a account) own(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return os.Lchown(path, int(a.uid), int(a.gid))
}

// reach checks that the account can enter folder, by sending a child there: the kernel knows best
// about links, access lists and capabilities. Only root needs to ask. The error is
// [ErrUnreachable], naming the first folder that is closed, or [ErrAccount].
func (a account) reach(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	enter := func(folder string) error {
		cmd := exec.Command("/bin/sh", "-c", ":")
		cmd.Dir = folder
		cmd.SysProcAttr = a.attributes()
		_, err := run(cmd)
		return err
	}
	err := enter(folder)
	switch {
	case errors.Is(err, syscall.EPERM):
		return fmt.Errorf("%w: this root may not switch to the account %s (it lacks CAP_SETUID or "+
			"CAP_SETGID); run as an ordinary user or set DATABASE_URL", ErrAccount, a.name)
	case errors.Is(err, syscall.EACCES):
		closed := folder
		for up := filepath.Dir(folder); enter(up) != nil && up != "/"; up = filepath.Dir(up) {
			closed = up
		}
		return fmt.Errorf("%w: Postgres runs as %s, who cannot enter %s; set DATA_DIR to a folder "+
			"outside of it, such as %s", ErrUnreachable, a.name, closed, rootDir)
	case err != nil:
		return fmt.Errorf("switching to the account %s: %w", a.name, err)
	}
	return nil
}
