package postgres

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const (
	socketName  = ".s.PGSQL." + port
	longestPath = 100 // for a socket; systems allow 103 to 107 bytes
)

// socketFolder returns the folder for the socket, closed to other accounts: the cluster's own, or
// if its name is too long for a socket one in the temporary folder. That has the same name each
// time, so that killed servers leave one at most, unless another account has taken the name.
func (c cluster) socketFolder() (string, error) {
	if len(filepath.Join(c.data, socketName)) <= longestPath {
		return c.data, nil
	}
	temporary := os.TempDir()
	if len(temporary) > longestPath/2 || c.owner.reach(temporary) != nil {
		temporary = "/tmp"
	}
	name := fmt.Sprintf("counterclaim-%d-%.6x", c.owner.uid, sha256.Sum256([]byte(c.data)))
	folder := filepath.Join(temporary, name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		info, err := os.Lstat(folder)
		if err == nil && info.Mode() == fs.ModeDir|0o700 &&
			info.Sys().(*syscall.Stat_t).Uid == c.owner.uid {
			return folder, nil
		}
		if folder, err = os.MkdirTemp(temporary, "counterclaim-"); err != nil {
			return "", fmt.Errorf("a folder for the socket: %w", err)
		}
	}
	return folder, c.owner.own(folder)
}

// removeSocketFolder removes a folder that [cluster.socketFolder] has made.
func (c cluster) removeSocketFolder(folder string) {
	if folder != c.data {
		if err := os.RemoveAll(folder); err != nil {
			c.Log.Warn("folder of the socket", "error", err)
		}
	}
}
