package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"counterclaim/internal/checkpoint"
)

// fetchTimeout bounds how long it may take to read from an address.
const fetchTimeout = 15 * time.Second

// checkpointPath is where a site has the checkpoint of its log.
const checkpointPath = "/log/checkpoint"

// fetchCheckpoint reads a checkpoint from an address of http or https, or from a file. It takes no more than a checkpoint
// may have. The address of a site stands for that of its checkpoint.
func fetchCheckpoint(ctx context.Context, where string) ([]byte, error) {
	scheme, _, isURL := strings.Cut(where, "://")
	if !isURL {
		f, err := os.Open(where)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // opened for reading only
		return readCheckpoint(f)
	}
	if scheme = strings.ToLower(scheme); scheme != "http" && scheme != "https" {
		return nil, errors.New("expected an address of http or https, or a file")
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil || request.URL.Host == "" {
		return nil, errors.New("it is no address")
	}
	if path := request.URL.Path; path == "" || path == "/" {
		request.URL.Path = checkpointPath
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("no answer within %v", fetchTimeout)
		}
		return nil, errors.Unwrap(err) // without the address, which the caller names
	}
	defer func() { _ = answer.Body.Close() }() // read as far as it is wanted
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the answer is %s", answer.Status)
	}
	return readCheckpoint(answer.Body)
}

func readCheckpoint(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, checkpoint.MaxSize+1))
	if err == nil && len(data) > checkpoint.MaxSize {
		err = fmt.Errorf("it has more than %d bytes and is no checkpoint", checkpoint.MaxSize)
	}
	return data, err
}
