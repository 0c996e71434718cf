package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

const (
	readyPath     = "/readyz"
	healthTimeout = 3 * time.Second
)

type healthCommand struct{}

// Run asks the server at ADDR whether it is ready, as a container's health check does.
func (healthCommand) Run(ctx context.Context, p *program) error {
	status, err := askReady(ctx, p.settings.Addr)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("the server at %s is not ready: %d %s", p.settings.Addr, status, http.StatusText(status))
	}
	return p.print(false, text("ready"))
}

// askReady asks the server that listens on addr whether it is ready, and returns the status of the answer.
func askReady(ctx context.Context, addr string) (int, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return 0, err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+readyPath, nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return 0, fmt.Errorf("no server answers at %s within %v", addr, healthTimeout)
	case err != nil:
		return 0, fmt.Errorf("no server answers at %s", addr)
	}
	return answer.StatusCode, answer.Body.Close()
}

// text is a result of one line.
type text string

func (t text) String() string { return string(t) }
