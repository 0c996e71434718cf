//go:build !linux

package postgres

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent does nothing: there is no such thing here, and the next start stops an orphan.
func dieWithParent(*syscall.SysProcAttr) {}

// isPostmaster says whether process pid is the Postgres that serves the cluster in folder data. A
// number alone proves nothing: after a crash it may belong to any program.
func isPostmaster(pid int, data string) bool {
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	command := string(out)
	return err == nil && strings.Contains(command, "postgres") && strings.Contains(command, data)
}
