package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors that callers may test for with [errors.Is]. The codes are those of Postgres (its manual, appendix A).
var (
	// ErrNotFound says that there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that it exists already, or existed once under that name (23505). [Constraint] tells which rule.
	ErrConflict = errors.New("already exists")
	// ErrRefused says that it is kept for ever and never changes (23001), or that it is closed to the role of the
	// connection (42501).
	ErrRefused = errors.New("refused")
	// ErrInvalid says that it breaks a rule of the database, by itself or together with what is there (23502, 23503,
	// 23514), or that a value is out of its type's range. [Constraint] tells which rule.
	ErrInvalid = errors.New("invalid")
	// ErrBadText says that a text is not UTF-8 or contains the character NUL (22021, 22P05, 22P02).
	ErrBadText = errors.New("text that cannot be stored")
	// ErrUnavailable says that the database does not answer, not in time or not now, so that it may be tried again.
	ErrUnavailable = errors.New("database unavailable")
	// ErrVersion says that the Postgres server is older than version 15.
	ErrVersion = errors.New("PostgreSQL is too old")
	// ErrCollation says that the database cannot compare the letters of every script.
	ErrCollation = errors.New("database with an unfit character set or locale")
	// ErrSchemaNewer says that a newer release of this program has changed the database's tables.
	ErrSchemaNewer = errors.New("database of a newer release")
)

// kinds are those of the errors above that wrap gives to an error of the driver.
var kinds = []error{ErrNotFound, ErrConflict, ErrRefused, ErrInvalid, ErrBadText, ErrUnavailable}

// Constraint returns the name of the rule of the database that an error of kind [ErrConflict], [ErrInvalid] or
// [ErrRefused] is about, such as "claims_anchored"; for a value that is missing it is table and column, such as
// "claims.source". It is empty for other errors.
func Constraint(err error) string {
	e, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case !ok:
		return ""
	case e.Code == "23502":
		return e.TableName + "." + e.ColumnName
	}
	return e.ConstraintName
}

// wrap adds the operation and its key arguments to *errp, and one of this package's errors to the driver's. Each
// exported function that asks the database defers it once.
func wrap(errp *error, format string, args ...any) {
	err := *errp
	if err == nil {
		return
	}
	isOurs := slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
	if kind := kindOf(err); errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	} else if kind != nil && !isOurs {
		err = fmt.Errorf("%w: %w", kind, err)
	}
	*errp = fmt.Errorf("store.%s: %w", fmt.Sprintf(format, args...), err)
}

// kindOf returns which of this package's errors an error of the driver is, or nil. That a caller has lost interest is
// none of them.
func kindOf(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return kindOfCode(e.Code)
	}
	_, isNet := errors.AsType[net.Error](err)
	_, isConnect := errors.AsType[*pgconn.ConnectError](err)
	switch {
	case errors.Is(err, context.Canceled):
		return nil
	case isNet, isConnect, errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), pgconn.SafeToRetry(err):
		return ErrUnavailable
	}
	return nil
}

func kindOfCode(code string) error {
	switch code {
	case "23505":
		return ErrConflict
	case "23001", "42501":
		return ErrRefused
	case "23502", "23503", "23514":
		return ErrInvalid
	case "22021", "22P05", "22P02":
		return ErrBadText
	case "54000": // a text too long for an index
		return ErrInvalid
	case "57014", "55P03", "25P03", "25006": // a timeout, of statement, lock or transaction; a server that only reads
		return ErrUnavailable
	}
	switch code[:min(len(code), 2)] {
	case "22": // data that does not fit
		return ErrInvalid
	case "08", "40", "53", "57": // connection, deadlock, resources, shutdown
		return ErrUnavailable
	}
	return nil
}

// isStarting says whether an attempt to connect failed as it does while a server starts: nobody listens yet, or who
// listens says so (57P03) or was interrupted.
func isStarting(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(e.Code, "57P")
	}
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, fs.ErrNotExist) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
