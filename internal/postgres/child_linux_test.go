package postgres

import (
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// dropVariable has the child run as a root that may not switch to other accounts.
const dropVariable = "POSTGRES_TEST_DROP"

// dropCapability takes CAP_SETUID from this process, if asked to, by executing it anew.
func dropCapability() error {
	if os.Getenv(dropVariable) == "" {
		return nil
	}
	if err := os.Unsetenv(dropVariable); err != nil {
		return err
	}
	runtime.LockOSThread() // the set belongs to the thread that executes
	if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_SETUID, 0, 0, 0); err != nil {
		return err
	}
	return syscall.Exec("/proc/self/exe", os.Args, os.Environ())
}
