package web

import (
	"net/http"
	"os"
	"testing"
	"time"
)

func TestPreview(t *testing.T) {
	if os.Getenv("PREVIEW") == "" {
		t.Skip()
	}
	s := newSampleSite(t)
	e := newSite(t)
	go http.ListenAndServe("127.0.0.1:8091", e.server)
	go http.ListenAndServe("127.0.0.1:8090", s.server)
	for {
		if _, err := os.Stat("/tmp/preview/stop"); err == nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}
