import { describe, expect, test } from 'vitest';
import { OwnClient } from '../../renderer/own-client.svelte.ts';
import { PROBLEM } from '../support/fake-bridge.ts';

const ID = '9f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60';

describe('the field for a client ID', () => {
  test('starts with the ID in use, or empty', () => {
    expect(new OwnClient(ID).clientId).toBe(ID);
    expect([new OwnClient(null).text, new OwnClient(null).clientId]).toEqual(['', null]);
  });

  test('complains about what was sent, and about nothing before', () => {
    const own = new OwnClient(null);
    own.text = 'not an ID';
    expect(own.wrong).toBe(false);
    expect(own.take()).toBeNull();
    expect(own.wrong).toBe(true);
    own.text = ` ${ID.toUpperCase()}\n`;
    expect(own.wrong).toBe(false);
    expect(own.take()).toBe(ID);
  });

  test('says what main said about this very ID, until it is sent again', () => {
    const own = new OwnClient(ID);
    own.refuse(ID, PROBLEM);
    expect(own.problem).toEqual(PROBLEM);
    own.text = ID.replace('9', '8');
    expect(own.problem).toBeNull();
    own.text = ID;
    expect(own.problem).toEqual(PROBLEM);
    own.take();
    expect(own.problem).toBeNull();
  });

  test('of an ID that is none says nothing that main said', () => {
    const own = new OwnClient(null);
    expect(own.problem).toBeNull();
    own.refuse(ID, PROBLEM);
    expect(own.problem).toBeNull();
  });
});
