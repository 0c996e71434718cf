package postgres

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
)

// dieWithParent has the kernel ask the child for a fast shutdown when we die, even by kill -9.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }

// isPostmaster says whether process pid is the Postgres that serves the cluster in folder data. A
// number alone proves nothing: after a crash it may belong to any program.
func isPostmaster(pid int, data string) bool {
	proc := fmt.Sprintf("/proc/%d/", pid)
	name, err := os.ReadFile(proc + "comm")
	if err != nil || strings.TrimSpace(string(name)) != "postgres" {
		return false
	}
	if cwd, err := os.Readlink(proc + "cwd"); err == nil {
		return cwd == data
	}
	// Root in a container may lack the right to look at another account's process.
	args, err := os.ReadFile(proc + "cmdline")
	return err == nil && slices.Contains(strings.Split(string(args), "\x00"), data)
}
