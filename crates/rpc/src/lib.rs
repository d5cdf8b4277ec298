//! One engine session and its connections without a transport: objects, handles, dispatch, change push.
