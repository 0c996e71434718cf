package intake

import (
	"errors"
	"testing"
	"time"
)

// One works, as many as may wait do, and whoever comes then is told so at once.
func TestTurns(t *testing.T) {
	t.Parallel()
	turns := newTurns(1)
	done, err := turns.take(time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turns.take(0); !errors.Is(err, ErrBusy) {
		t.Errorf("one whose turn does not come: error = %v, want ErrBusy", err)
	}
	turns.place <- struct{}{} // one waits
	if _, err := turns.take(time.Hour); !errors.Is(err, ErrBusy) {
		t.Errorf("one for which there is no place: error = %v, want ErrBusy", err)
	}
	<-turns.place
	done()
	if done, err = turns.take(time.Hour); err != nil {
		t.Fatalf("when all are done: %v", err)
	}
	done()
	if len(turns.turn)+len(turns.place) > 0 {
		t.Errorf("%d turns and %d places are left over", len(turns.turn), len(turns.place))
	}
}
