package intake

import "time"

// Turns let one thing be done at a time, and few wait for it.
type turns struct {
	turn  chan struct{}
	place chan struct{} // of the one whose turn it is, and of those that wait
}

// newTurns returns turns for which so many may wait.
func newTurns(waiting int) *turns {
	return &turns{make(chan struct{}, 1), make(chan struct{}, 1+waiting)}
}

// take waits for a turn, no longer than a time, and returns what ends it. The error is [ErrBusy] where too many wait already, at
// once, or where no turn has come.
func (t *turns) take(longest time.Duration) (done func(), err error) {
	select {
	case t.place <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case t.turn <- struct{}{}:
		return func() { <-t.turn; <-t.place }, nil
	case <-timer.C:
		<-t.place
		return nil, ErrBusy
	}
}
